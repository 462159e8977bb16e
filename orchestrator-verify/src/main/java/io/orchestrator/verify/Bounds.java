package io.orchestrator.verify;

import java.time.Duration;

/**
 * How much time the engine is given before something that has not happened yet counts as broken.
 *
 * @param timer from a timer's due instant to its firing
 * @param lease from the end of a lease to a later round of the reaper that leaves it standing
 * @param start that an attempt may begin after a deadline: the claim compares first and writes its instant afterwards
 * @param process that the processes of an attempt which has ended may take to go away
 * @param maxClaims the scheduler's own setting: claims without progress after which a task is dead
 */
public record Bounds(Duration timer, Duration lease, Duration start, Duration process, int maxClaims) {
    /** One minute for timers, half a minute for leases, 2 s for starts, 10 s for processes, 5 claims. */
    public static final Bounds DEFAULT = new Bounds(
            Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(10), 5);

    public Bounds withTimer(Duration bound) {
        return new Bounds(bound, lease, start, process, maxClaims);
    }

    public Bounds withProcess(Duration bound) {
        return new Bounds(timer, lease, start, bound, maxClaims);
    }

    public Bounds withMaxClaims(int claims) {
        return new Bounds(timer, lease, start, process, claims);
    }
}
