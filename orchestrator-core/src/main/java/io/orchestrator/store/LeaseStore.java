package io.orchestrator.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Who works, and until when they are trusted. Thread-safe. */
public interface LeaseStore {
    /** A worker process about to take work. */
    record WorkerInfo(String id, String host, String bootId, long pid, String pidStarted, int slots, String version) {}

    /**
     * One of the renewing worker's tasks, still trusted.
     *
     * @param wrapUpBy set when the holder is to come to a result by then
     * @param recalled whether the holder is to save a checkpoint and hand the task back now: it stands behind a gate that
     *     was closed in this way
     */
    record Trusted(Hold hold, Optional<Instant> wrapUpBy, boolean recalled) {}

    /**
     * The answer to a renewal.
     *
     * @param alive false when the lease was taken away: nothing that this worker holds counts any more, and it has to
     *     register under a new id
     * @param trusted those of the holds that still count
     */
    record Renewal(boolean alive, List<Trusted> trusted) {}

    /** Registers a worker and grants its first lease. */
    void register(WorkerInfo worker, Duration lease);

    /** Extends the lease and asks which of the holds still count. */
    Renewal renew(String workerId, Duration lease, Collection<Hold> holds);

    /** Says that the worker takes no more work. */
    void drain(String workerId);

    /** Ends a lease whose holder holds nothing any more. What it should still hold is given back. */
    Ready release(String workerId);
}
