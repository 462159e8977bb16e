package io.orchestrator.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecoveryTimesTest {
    @Test
    void the_summary_has_median_99th_percentile_and_maximum_of_each_kind() {
        RecoveryTimes times = new RecoveryTimes();
        IntStream.rangeClosed(1, 200)
                .forEach(ms -> times.add("killed", Duration.ofMillis(201 - ms), Duration.ofMillis(ms)));
        times.add("frozen", Duration.ofSeconds(4), Duration.ZERO);
        assertThat(times.lostInLongest())
                .containsEntry("killed", Duration.ofMillis(1))
                .containsEntry("frozen", Duration.ZERO);
        assertThat(times.summaries())
                .containsOnlyKeys("killed", "frozen")
                .containsEntry(
                        "killed",
                        new RecoveryTimes.Summary(
                                200, Duration.ofMillis(100), Duration.ofMillis(198), Duration.ofMillis(200)))
                .containsEntry(
                        "frozen",
                        new RecoveryTimes.Summary(
                                1, Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofSeconds(4)));
    }
}
