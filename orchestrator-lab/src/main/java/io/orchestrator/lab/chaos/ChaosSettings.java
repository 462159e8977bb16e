package io.orchestrator.lab.chaos;

import java.time.Duration;

/**
 * What to do.
 *
 * @param length how long faults are thrown
 * @param seed of the faults and the load
 * @param tasks how many are submitted at least
 * @param lease of workers, short so that recovery fits into a short run
 * @param patience how long the work may take to end after the last fault
 */
record ChaosSettings(Duration length, long seed, int workers, int slots, int tasks, Duration lease, Duration patience) {
    ChaosSettings {
        if (length.isNegative() || length.isZero() || workers < 1 || tasks < 1) {
            throw new IllegalArgumentException("a chaos run needs a length, a worker and a task at least");
        }
    }

    /** Eight tasks a second, three workers of eight slots, a lease of 3 s, two minutes to drain. */
    static ChaosSettings of(Duration length, long seed) {
        int tasks = (int) Math.max(50, length.toSeconds() * 9);
        return new ChaosSettings(length, seed, 3, 8, tasks, Duration.ofSeconds(3), Duration.ofMinutes(2));
    }

    ChaosSettings withWorkers(int count) {
        return new ChaosSettings(length, seed, count, slots, tasks, lease, patience);
    }

    ChaosSettings withTasks(int count) {
        return new ChaosSettings(length, seed, workers, slots, count, lease, patience);
    }
}
