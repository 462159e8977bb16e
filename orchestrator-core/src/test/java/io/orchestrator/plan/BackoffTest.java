package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final RandomGenerator UNUSED = () -> {
        throw new AssertionError("a policy without jitter needs no random number");
    };

    @Test
    void the_default_policy_waits_one_second_then_two_then_four_up_to_five_minutes() {
        assertThat(IntStream.of(1, 2, 3, 9, 10, 11, 64, 65, Integer.MAX_VALUE)
                        .mapToObj(n ->
                                Backoff.delay(RetryPolicy.DEFAULT, n, UNUSED).toSeconds()))
                .containsExactly(1L, 2L, 4L, 256L, 300L, 300L, 300L, 300L, 300L);
    }

    @Test
    void any_policy_gives_the_formula_exactly_computed_and_never_overflows() {
        Random random = new Random(20_260_101);
        for (int i = 0; i < 20_000; i++) {
            Duration a = anyDuration(random);
            Duration b = anyDuration(random);
            boolean swap = a.compareTo(b) > 0;
            RetryPolicy policy = new RetryPolicy(swap ? b : a, swap ? a : b, 3, false);
            int failed = 1 + random.nextInt(random.nextBoolean() ? 63 : Integer.MAX_VALUE - 1);
            assertThat(nanos(Backoff.delay(policy, failed, UNUSED)))
                    .as("%s after %d", policy, failed)
                    .isEqualTo(nanos(policy.base())
                            .shiftLeft(Math.min(failed - 1, 62))
                            .min(nanos(policy.max())));
        }
    }

    @Test
    void jitter_takes_any_time_up_to_the_computed_one() {
        RetryPolicy policy = new RetryPolicy(Duration.ofNanos(3), Duration.ofNanos(5), 3, true);
        Random random = new Random(7);
        assertThat(IntStream.range(0, 1000)
                        .mapToLong(i -> Backoff.delay(policy, 2, random).toNanos())
                        .distinct()
                        .sorted())
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void jitter_copes_with_the_longest_durations() {
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
        RetryPolicy policy = new RetryPolicy(longest, longest, 3, true);
        Random random = new Random(7);
        assertThat(IntStream.range(0, 1000).mapToObj(i -> Backoff.delay(policy, 1, random)))
                .allMatch(delay -> !delay.isNegative() && delay.compareTo(longest) <= 0);
    }

    @Test
    void there_is_no_wait_before_the_first_failure() {
        assertThatThrownBy(() -> Backoff.delay(RetryPolicy.DEFAULT, 0, UNUSED))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Of any magnitude: as many bits as chance has it. */
    private static Duration anyDuration(Random random) {
        return Duration.ofSeconds(
                random.nextLong() >>> (1 + random.nextInt(63)), random.nextInt(1_000_000_000) >>> random.nextInt(30));
    }

    private static BigInteger nanos(Duration duration) {
        return BigInteger.valueOf(duration.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000_000))
                .add(BigInteger.valueOf(duration.getNano()));
    }
}
