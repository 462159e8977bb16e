package io.orchestrator.run;

import java.time.Duration;
import java.util.Optional;

/** When a lease that has run out may be taken away. */
public final class LeaseDecisions {
    private LeaseDecisions() {}

    /**
     * Whether a round of the reaper credits all leases instead of taking any away: it does when the guards themselves
     * were away for more than half a lease, because then nobody knows who could not renew.
     *
     * @param sinceLastRound of any reaper; empty for the first round ever
     */
    public static boolean creditsInstead(Optional<Duration> sinceLastRound, Duration lease) {
        return sinceLastRound
                .map(since -> since.compareTo(lease.dividedBy(2)) > 0)
                .orElse(true);
    }

    /** How far ahead a lease can end at most; one that ends later was granted before the clock was set back. */
    public static Duration farthestEnd(Duration lease) {
        return lease.multipliedBy(4);
    }
}
