package io.orchestrator.store;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Points to continue from. Thread-safe; fenced where a {@link Hold} is named; durable on return. */
public interface CheckpointStore {
    /** Of the data as JSON text in UTF-8, before compression. */
    int MAX_BYTES = 8 * 1024 * 1024;

    /** A checkpoint without its data. */
    record Entry(long seq, String token, long epoch, long sizeBytes, Instant createdAt) {}

    /** Sizes in bytes of JSON text before compression. */
    record Stats(long total, long totalSizeBytes, double avgSizeBytes) {}

    /**
     * Appends a checkpoint, keeps the newest {@code keep}, and marks progress, so that the count of claims without
     * progress starts anew. What was used is durable with it, and the checkpoint says it. Returns its sequence number.
     *
     * @param used totals of the task over all its attempts; totals only grow, so what is known already changes nothing
     * @throws AttemptRevoked when the hold is no longer current
     * @throws io.orchestrator.agent.CheckpointTooLarge when the data is over the limit
     */
    long save(Hold hold, String token, Json data, int keep, Usage used);

    /** The same for an attempt that has used nothing since. */
    default long save(Hold hold, String token, Json data, int keep) {
        return save(hold, token, data, keep, Usage.NONE);
    }

    /** The newest one. */
    Optional<Checkpoint> load(String taskId);

    Optional<Checkpoint> load(String taskId, long seq);

    /** Newest first. */
    List<Entry> list(String taskId);

    /** Removes all of a task's checkpoints; returns how many there were. */
    int delete(String taskId);

    Stats stats();

    Optional<Json> stepResult(String taskId, String name);

    /**
     * Stores a step's result, once: a result that is there already stays, and is returned. What was used is durable with
     * it, as with {@link #save}.
     *
     * @throws AttemptRevoked when the hold is no longer current
     */
    Json saveStep(Hold hold, String name, Json result, Usage used);

    /** The same for an attempt that has used nothing since. */
    default Json saveStep(Hold hold, String name, Json result) {
        return saveStep(hold, name, result, Usage.NONE);
    }
}
