package io.orchestrator.plan;

import java.time.Duration;

/**
 * When a failed attempt is tried again: after {@code min(base * 2^(attempt-1), max)}, as long as fewer than
 * {@code maxAttempts} attempts have been made.
 *
 * @param jitter take a random wait between zero and the computed one, so that many failures do not come back at once
 */
public record RetryPolicy(Duration base, Duration max, int maxAttempts, boolean jitter) {
    /** 1 s, doubling up to 5 min, 3 attempts. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(Duration.ofSeconds(1), Duration.ofMinutes(5), 3, false);

    public RetryPolicy {
        if (base.isNegative() || max.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "a retry's base (" + base + ") is not negative and not above its max (" + max + ")");
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts is at least 1, found " + maxAttempts);
        }
    }
}
