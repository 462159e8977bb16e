package io.orchestrator.worker;

import java.time.Duration;

/**
 * How a pool works.
 *
 * @param concurrency attempts at once, to begin with
 * @param lease how long the engine trusts this worker after its last renewal
 * @param renewEvery a third of the lease or less
 * @param heartbeatEvery a running task's row is touched at least this often
 * @param keepCheckpoints how many are kept for a task
 * @param frozenAtMost how long agents that can stand still do so while the worker cannot be sure of its lease, before they
 *     are ended all the same; zero ends them at once
 * @param scaling whether and how far the number of slots follows the work there is
 */
public record WorkerSettings(
        int concurrency,
        Duration lease,
        Duration renewEvery,
        Duration heartbeatEvery,
        int keepCheckpoints,
        Duration frozenAtMost,
        Scaling.Range scaling) {
    public static final WorkerSettings DEFAULT = new WorkerSettings(
            4,
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            5,
            Duration.ofMinutes(30),
            Scaling.Range.OFF);

    public WorkerSettings {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency is at least 1, found " + concurrency);
        }
        if (renewEvery.multipliedBy(2).compareTo(lease) > 0) {
            throw new IllegalArgumentException(
                    "a lease of " + lease + " has to be renewed at least twice in its time, not every " + renewEvery);
        }
    }

    public WorkerSettings withConcurrency(int slots) {
        return new WorkerSettings(slots, lease, renewEvery, heartbeatEvery, keepCheckpoints, frozenAtMost, scaling);
    }

    public WorkerSettings withLease(Duration newLease) {
        return new WorkerSettings(
                concurrency, newLease, newLease.dividedBy(3), heartbeatEvery, keepCheckpoints, frozenAtMost, scaling);
    }

    public WorkerSettings withScaling(Scaling.Range range) {
        return new WorkerSettings(concurrency, lease, renewEvery, heartbeatEvery, keepCheckpoints, frozenAtMost, range);
    }

    public WorkerSettings withFrozenAtMost(Duration atMost) {
        return new WorkerSettings(concurrency, lease, renewEvery, heartbeatEvery, keepCheckpoints, atMost, scaling);
    }
}
