package io.orchestrator.store;

/** Removes what is old. Thread-safe, for any number of services at once. */
public interface Retention {
    /**
     * What a round removed.
     *
     * @param timers fired or cancelled ones
     */
    record Cleaned(long checkpoints, long events, long timers) {}

    /** Checkpoints of tasks, events of runs and timers that ended longer ago than this; live work is never touched. */
    Cleaned clean(int checkpointDays, int eventDays, int timerDays);

    /** Makes the partitions that the event log will need; returns how many were missing. */
    int prepareEventLog();
}
