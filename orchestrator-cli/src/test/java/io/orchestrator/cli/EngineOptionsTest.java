package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.store.Retention;
import io.orchestrator.worker.Scaling;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What services are told by the environment and by options, and what they do when they are told nothing. */
class EngineOptionsTest {
    private static EngineSettings settings(Map<String, String> environment, String... options) {
        EngineOptions parsed = new EngineOptions();
        new CommandLine(parsed).parseArgs(options);
        try (TestCaller caller = new TestCaller(environment)) {
            return parsed.settings(caller.caller());
        }
    }

    @Test
    void without_settings_the_defaults_are_those_that_are_documented() {
        EngineSettings settings = settings(Map.of());

        assertThat(settings.worker().concurrency()).isEqualTo(4);
        assertThat(settings.worker().scaling()).isEqualTo(Scaling.Range.OFF);
        assertThat(settings.worker().lease()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.timerCheck()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.retention()).isEqualTo(new Retention.Days(7, 30, 7, 14, OptionalInt.empty()));
    }

    @Test
    void the_environment_sets_the_worker_pool_the_timers_and_how_long_checkpoints_are_kept() {
        EngineSettings settings = settings(Map.of(
                "WORKER_CONCURRENCY", "6",
                "WORKER_AUTO_SCALE", "true",
                "WORKER_MIN", "2",
                "WORKER_MAX", "10",
                "CHECKPOINT_TTL_DAYS", "21",
                "RUN_TTL_DAYS", "90",
                "TIMER_CHECK_INTERVAL_SECONDS", "3"));

        assertThat(settings.worker().concurrency()).isEqualTo(6);
        assertThat(settings.worker().scaling()).isEqualTo(new Scaling.Range(true, 2, 10));
        assertThat(settings.retention().checkpoints()).isEqualTo(21);
        assertThat(settings.retention().runs()).hasValue(90);
        assertThat(settings.timerCheck()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void a_range_alone_does_not_turn_scaling_on() {
        assertThat(settings(Map.of("WORKER_MIN", "2", "WORKER_MAX", "10"))
                        .worker()
                        .scaling())
                .isEqualTo(Scaling.Range.OFF);
    }

    @Test
    void an_option_wins_over_the_environment() {
        EngineSettings settings = settings(Map.of("WORKER_CONCURRENCY", "6"), "--slots", "9", "--grace", "2m");

        assertThat(settings.worker().concurrency()).isEqualTo(9);
        assertThat(settings.grace()).isEqualTo(Duration.ofMinutes(2));
    }
}
