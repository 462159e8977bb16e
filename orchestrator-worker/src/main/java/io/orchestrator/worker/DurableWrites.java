package io.orchestrator.worker;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.checkpoint.CheckpointManager;
import io.orchestrator.json.Json;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.StoreUnavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * What an attempt writes while it runs. A call returns when the write is durable; while the store is away it waits, for
 * as long as the attempt is trusted. A write that the store refuses by its epoch ends the attempt.
 */
final class DurableWrites {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final CheckpointStore checkpoints;
    private final CheckpointManager manager;

    DurableWrites(CheckpointStore checkpoints, int keep) {
        this.checkpoints = checkpoints;
        this.manager = new CheckpointManager(checkpoints, keep);
    }

    void checkpoint(Attempt attempt, String token, Json data) {
        persist(attempt, () -> manager.saveCheckpoint(attempt.hold(), token, data));
    }

    Optional<Json> stepResult(Attempt attempt, String name) {
        return persist(attempt, () -> checkpoints.stepResult(attempt.hold().taskId(), name));
    }

    Json saveStep(Attempt attempt, String name, Json result) {
        return persist(attempt, () -> checkpoints.saveStep(attempt.hold(), name, result));
    }

    private static <T> T persist(Attempt attempt, Supplier<T> write) {
        while (true) {
            try {
                return write.get();
            } catch (AttemptRevoked e) {
                attempt.stop(Attempt.Stop.REVOKED);
                throw e;
            } catch (StoreUnavailable e) {
                attempt.checkTrusted();
                LockSupport.parkNanos(PAUSE.toNanos());
                attempt.checkTrusted();
            }
        }
    }
}
