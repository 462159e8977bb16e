package io.orchestrator.store;

import java.util.OptionalInt;

/** Removes what is old. Thread-safe, for any number of services at once. */
public interface Retention {
    /**
     * What a round removed.
     *
     * @param timers fired or cancelled ones
     * @param logs chunks of them
     */
    record Cleaned(long checkpoints, long events, long timers, long logs) {}

    /**
     * How many days things are kept after what they belong to has ended.
     *
     * @param runs whole runs, which {@link Deletions} deletes; empty: for ever
     */
    record Days(int checkpoints, int events, int timers, int logs, OptionalInt runs) {
        public static final Days DEFAULT = new Days(7, 30, 7, 14, OptionalInt.empty());

        public Days withCheckpoints(int days) {
            return new Days(days, events, timers, logs, runs);
        }

        public Days withLogs(int days) {
            return new Days(checkpoints, events, timers, days, runs);
        }

        /** Empty: runs are kept for ever. */
        public Days withRuns(OptionalInt days) {
            return new Days(checkpoints, events, timers, logs, days);
        }
    }

    /** Checkpoints of tasks, events and logs of runs and timers that ended longer ago; live work is never touched. */
    Cleaned clean(Days days);

    /** Makes the partitions that the event log will need; returns how many were missing. */
    int prepareEventLog();
}
