package io.orchestrator.plan;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long a failed task waits before its next attempt. */
public final class Backoff {
    /** Beyond this many doublings even a nanosecond has become more than a century. */
    private static final int MOST_DOUBLINGS = 62;

    private static final Duration LONGEST_IN_NANOS = Duration.ofNanos(Long.MAX_VALUE - 1);

    private Backoff() {}

    /**
     * {@code min(base * 2^(failedAttempts-1), max)}; with jitter a random time from zero to that, so that tasks that
     * failed together do not come back together.
     *
     * @param failedAttempts at least 1
     */
    public static Duration delay(RetryPolicy policy, int failedAttempts, RandomGenerator random) {
        if (failedAttempts < 1) {
            throw new IllegalArgumentException("failedAttempts is at least 1, found " + failedAttempts);
        }
        Duration longest = doubled(policy, Math.min(failedAttempts - 1, MOST_DOUBLINGS));
        return policy.jitter() ? anyUpTo(longest, random) : longest;
    }

    /** Compares before it multiplies, so that nothing overflows. */
    private static Duration doubled(RetryPolicy policy, int doublings) {
        long factor = 1L << doublings;
        boolean isAboveMax = policy.base().compareTo(policy.max().dividedBy(factor)) > 0;
        return isAboveMax ? policy.max() : policy.base().multipliedBy(factor);
    }

    private static Duration anyUpTo(Duration longest, RandomGenerator random) {
        long nanos = (longest.compareTo(LONGEST_IN_NANOS) > 0 ? LONGEST_IN_NANOS : longest).toNanos();
        return Duration.ofNanos(random.nextLong(nanos + 1));
    }
}
