package io.orchestrator.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the simulated engine over many seeds. {@code -Dsim.seeds=N} sets how many, {@code -Dsim.first=N} the first of them,
 * {@code -Dsim.seed=N} runs that one alone.
 */
final class EngineSim {
    private static final int SEEDS = 2_000;
    private static final int SEEDS_FOR_A_MUTANT = 400;

    @Test
    void no_seed_that_once_failed_fails_again() {
        assertThat(LongStream.of(onceFailed())).allSatisfy(seed -> Simulation.run(seed, Mutant.NONE));
    }

    @Test
    void whatever_fails_no_task_is_lost_and_no_effect_is_doubled() {
        long begun = System.nanoTime();
        long[] seeds = seeds();
        long[] sums = LongStream.of(seeds)
                .parallel()
                .mapToObj(seed -> Simulation.run(seed, Mutant.NONE))
                .map(result -> new long[] {result.events(), result.simulatedMs()})
                .reduce(new long[2], (a, b) -> new long[] {a[0] + b[0], a[1] + b[1]});
        assertThat(sums[1]).isGreaterThanOrEqualTo(seeds.length * Pace.FAULTS_UNTIL);
        System.out.printf(
                "simulated %d seeds: %d events in %d hours, within %.1f s%n",
                seeds.length, sums[0], sums[1] / Pace.HOUR, (System.nanoTime() - begun) / 1e9);
    }

    @Test
    void the_same_seed_gives_the_same_trace() {
        for (long seed : new long[] {1, 42, 1_234_567}) {
            assertThat(Simulation.run(seed, Mutant.NONE)).isEqualTo(Simulation.run(seed, Mutant.NONE));
            assertThat(Simulation.storeAfter(seed)).isEqualTo(Simulation.storeAfter(seed));
        }
    }

    @Test
    void different_seeds_give_different_traces() {
        assertThat(LongStream.range(0, 20)
                        .map(seed -> Simulation.run(seed, Mutant.NONE).traceHash()))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void an_engine_that_breaks_its_promise_is_noticed(Mutant mutant) {
        assertThatThrownBy(() -> LongStream.rangeClosed(1, SEEDS_FOR_A_MUTANT).forEach(s -> Simulation.run(s, mutant)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dsim.seed=")
                .hasCauseInstanceOf(Violation.class);
    }

    private static long[] seeds() {
        Long only = Long.getLong("sim.seed");
        if (only != null) {
            return new long[] {only};
        }
        long first = Long.getLong("sim.first", 1);
        return LongStream.range(first, first + Long.getLong("sim.seeds", SEEDS)).toArray();
    }

    private static long[] onceFailed() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(EngineSim.class.getResourceAsStream("seeds.txt"), "seeds.txt"),
                StandardCharsets.UTF_8))) {
            return lines.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
