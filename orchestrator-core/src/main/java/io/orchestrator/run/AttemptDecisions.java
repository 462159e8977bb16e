package io.orchestrator.run;

import io.orchestrator.plan.Backoff;
import io.orchestrator.plan.RetryPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What follows a failed attempt. */
public final class AttemptDecisions {
    /** As long as a plan may say; an agent that asks for a longer wait is not asked again sooner, nor later. */
    private static final Duration LONGEST = Duration.ofDays(3_650);

    private AttemptDecisions() {}

    /** The verdict on a failure. */
    public sealed interface Verdict {
        /** Try again after this wait. */
        record TryAgain(Duration delay) implements Verdict {}

        /** The task has failed. */
        record GiveUp() implements Verdict {}
    }

    /**
     * Another attempt, as long as the failure and the policy allow one.
     *
     * @param attempt the number of the attempt that failed, from 1
     * @param random for the policy's jitter
     */
    public static Verdict afterFailure(RetryPolicy policy, int attempt, Failure failure, RandomGenerator random) {
        if (!failure.retryable() || attempt >= policy.maxAttempts()) {
            return new Verdict.GiveUp();
        }
        Duration delay = Backoff.delay(policy, attempt, random);
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        Duration longer = delay.compareTo(asked) < 0 ? asked : delay;
        return new Verdict.TryAgain(longer.compareTo(LONGEST) < 0 ? longer : LONGEST);
    }
}
