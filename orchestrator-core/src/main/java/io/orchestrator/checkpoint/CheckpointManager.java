package io.orchestrator.checkpoint;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checkpoints of tasks: the newest few are kept, saving is fenced by the attempt's epoch and durable on return.
 * Thread-safe.
 */
public final class CheckpointManager {
    /** How many checkpoints of a task are kept unless told otherwise. */
    public static final int DEFAULT_KEEP = 5;

    private final CheckpointStore store;
    private final int keep;

    public CheckpointManager(CheckpointStore store) {
        this(store, DEFAULT_KEEP);
    }

    /**
     * Keeps another number of checkpoints.
     *
     * @param keep at least 1
     */
    public CheckpointManager(CheckpointStore store, int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("at least 1 checkpoint is kept, not " + keep);
        }
        this.store = store;
        this.keep = keep;
    }

    /**
     * Saves a point to continue from and returns its sequence number.
     *
     * @throws io.orchestrator.agent.AttemptRevoked when another attempt holds the task by now
     * @throws io.orchestrator.agent.CheckpointTooLarge when the data has more than 8 MB of JSON
     */
    public long saveCheckpoint(Hold hold, String token, Json data) {
        return saveCheckpoint(hold, token, data, Usage.NONE);
    }

    /**
     * As {@link #saveCheckpoint(Hold, String, Json)}, with what the task has used by then.
     *
     * @param used totals over all its attempts
     */
    public long saveCheckpoint(Hold hold, String token, Json data, Usage used) {
        return store.save(hold, token, data, keep, used);
    }

    /** The newest checkpoint. */
    public Optional<Checkpoint> loadCheckpoint(String taskId) {
        return store.load(taskId);
    }

    /** Runs {@code executor} from the newest checkpoint, or from the start where there is none. */
    public <T> T resumeTask(String taskId, Function<Optional<Checkpoint>, T> executor) {
        return executor.apply(store.load(taskId));
    }

    /** Removes all checkpoints of a task; false when there was none. */
    public boolean deleteCheckpoint(String taskId) {
        return store.delete(taskId) > 0;
    }

    public CheckpointStore.Stats getStats() {
        return store.stats();
    }
}
