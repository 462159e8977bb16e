package io.orchestrator.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.lab.chaos.ChaosReport.Verdict;
import io.orchestrator.verify.Report;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChaosReportTest {
    private static final Report HELD = new Report(List.of(), List.of());

    @Test
    void a_run_whose_faults_hit_nothing_is_too_thin_to_be_clean() {
        ChaosReport report = report(Map.of("killed", 20, "frozen", 1), Map.of("killed", 17, "frozen", 1), 0);
        assertThat(report.verdict()).isEqualTo(Verdict.TOO_THIN);
        assertThat(report.clean()).isFalse();
        assertThat(report.text().getLast()).startsWith("TOO THIN").contains("killed");
        assertThat(report.json().get("thin")).contains(Json.parse("[\"killed\"]"));
    }

    @Test
    void nine_tenths_of_each_kind_are_enough() {
        assertThat(report(Map.of("killed", 20, "frozen", 1), Map.of("killed", 18, "frozen", 1), 0)
                        .verdict())
                .isEqualTo(Verdict.CLEAN);
    }

    @Test
    void what_was_lost_counts_more_than_how_much_was_thrown() {
        assertThat(report(Map.of("killed", 20), Map.of(), 1).verdict()).isEqualTo(Verdict.NOT_CLEAN);
    }

    private static ChaosReport report(Map<String, Integer> planned, Map<String, Integer> thrown, long lost) {
        RecoveryTimes.Summary delays = RecoveryTimes.Summary.of(List.of(Duration.ZERO));
        MachineLoad.Summary machine = new MachineLoad.Summary(Duration.ofSeconds(1), Duration.ZERO, delays);
        ChaosReport.Recovery recovery = new ChaosReport.Recovery(Map.of(), Map.of(), 0, machine);
        return new ChaosReport(
                ChaosSettings.of(Duration.ofSeconds(60), 1),
                new ChaosReport.Faults(planned, thrown, Map.of(), recovery),
                new Tally(1, Map.of("completed", 1), lost, 0, 0, 1, 0),
                Duration.ZERO,
                HELD);
    }
}
