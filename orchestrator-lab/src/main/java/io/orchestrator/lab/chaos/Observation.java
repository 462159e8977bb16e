package io.orchestrator.lab.chaos;

import java.time.Instant;

/** What has to happen for a fault to count as recovered from. */
sealed interface Observation {
    /** The fault. */
    String kind();

    /** When the fault struck. */
    Instant since();

    /** A task that an attempt held, or a ticket called for, runs under a later epoch, or is final. */
    record TaskGoesOn(String kind, Instant since, String taskId, long epoch) implements Observation {}

    /** Any worker claims any task. */
    record NextClaim(String kind, Instant since) implements Observation {}

    /** The reaper makes a round. */
    record NextRound(String kind, Instant since) implements Observation {}

    /** A timer fires; counted from when it was due, if that was after the fault. */
    record NextFiring(String kind, Instant since) implements Observation {}
}
