package io.orchestrator.run;

import java.time.Duration;

/** How long a target is held whose breaker has opened. */
public final class BreakerDecisions {
    /** However often it opens. */
    public static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /**
     * How much later than its next probes a held target's gate opens by itself, should nobody let probes through: a target
     * must not be held for ever because its guards are away.
     */
    public static final Duration SAFETY = Duration.ofMinutes(5);

    private static final int MOST_DOUBLINGS = 20;

    private BreakerDecisions() {}

    /**
     * {@code min(wait * 2^(trips-1), 1 h)}, but never less than {@code wait}.
     *
     * @param trips how often it has opened since the target worked last, from 1
     */
    public static Duration hold(Duration wait, int trips) {
        if (trips < 1) {
            throw new IllegalArgumentException("a breaker that is open has opened at least once, found " + trips);
        }
        Duration longest = wait.compareTo(LONGEST_WAIT) > 0 ? wait : LONGEST_WAIT;
        int doublings = Math.min(trips - 1, MOST_DOUBLINGS);
        return wait.compareTo(longest.dividedBy(1L << doublings)) > 0 ? longest : wait.multipliedBy(1L << doublings);
    }
}
