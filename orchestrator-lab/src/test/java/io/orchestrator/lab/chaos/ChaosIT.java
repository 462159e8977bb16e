package io.orchestrator.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A minute of faults: the same seed always, so that a failure can be told from bad luck by running it again. */
class ChaosIT {
    private static final long SEED = 1;

    /** A promise of half a minute, and as much again for a machine with other things to do. */
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(60);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @Test
    @Tag("slow")
    @Timeout(900)
    void a_minute_of_faults_loses_nothing_and_doubles_nothing() throws Exception {
        ChaosSettings settings = ChaosSettings.of(Duration.ofSeconds(60), SEED);
        Scene scene = Scene.in(directory);
        List<String> progress = new CopyOnWriteArrayList<>();
        ChaosReport report;
        try (ChaosRun run = new ChaosRun(settings, scene, progress::add, () -> false)) {
            report = run.run();
        }
        scene.keep(report);
        progress.forEach(System.out::println);
        report.text().forEach(System.out::println);

        assertThat(report.tally().lost()).as("lost").isZero();
        assertThat(report.tally().doubledEffects()).as("doubled effects").isZero();
        assertThat(report.tally().doubledEnds()).as("doubled ends").isZero();
        assertThat(report.checker().held()).as(report.checker().text()).isTrue();
        assertThat(report.drain()).isLessThan(DRAINED_WITHIN);
        assertThat(report.tally().tasks()).isGreaterThanOrEqualTo(500);
        assertThat(report.tally().ends()).containsKeys("completed", "timed_out");

        ChaosReport.Faults faults = report.faults();
        assertThat(faults.thin()).as("faults that hit nothing").isEmpty();
        assertThat(faults.thrown("worker killed")).isGreaterThanOrEqualTo(20);
        assertThat(faults.thrown("worker frozen beyond its lease")).isGreaterThanOrEqualTo(5);
        assertThat(faults.thrown("scheduler killed") + faults.thrown("timer killed"))
                .isGreaterThanOrEqualTo(10);
        assertThat(faults.thrown("Redis FLUSHALL")).isPositive();
        assertThat(faults.thrown("Redis killed")).isPositive();
        assertThat(faults.thrown("Postgres stopped (immediate)")).isPositive();
    }
}
