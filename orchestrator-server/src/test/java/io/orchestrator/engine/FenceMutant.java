package io.orchestrator.engine;

import io.orchestrator.store.postgres.PlantedFault;
import java.util.Set;

/** The engine with one fence missing, and what the zombie's story and the checker are to notice of it at least. */
enum FenceMutant {
    END(
            "DELETE FROM live_tasks l USING unnest(",
            "l.epoch = r.epoch",
            "accepted FINISH",
            "accepted FAIL",
            "result of FINISH",
            "finish-of-its-epoch"),
    CHECKPOINT("SET checkpoint_seq = l.checkpoint_seq + 1", "l.epoch = c.epoch", "accepted CHECKPOINT"),
    RETRY("SET state = 'retrying', worker_id = NULL, probe = false, claims = 0", "l.epoch = r.epoch", "accepted RETRY"),
    HAND_BACK(
            "SET state = 'queued', worker_id = NULL, probe = false, claims = greatest",
            "l.epoch = r.epoch",
            "accepted HAND_BACK"),
    STEP("INSERT INTO steps (task_id, name, epoch, result)", "AND epoch = ?", "accepted STEP"),
    HEARTBEAT("AS b(task_id, epoch, progress, message", "l.epoch = b.epoch", "accepted HEARTBEAT"),
    USAGE("SELECT task_id, tokens, cost_usd, tool_ms FROM live_tasks", "AND epoch = ?", "accepted USAGE");

    private static final String SEPARATOR = ",";

    private final String statement;
    private final String fence;
    private final String symptoms;

    FenceMutant(String statement, String fence, String... symptoms) {
        this.statement = statement;
        this.fence = fence;
        this.symptoms = String.join(SEPARATOR, symptoms);
    }

    /** What its statement is known by. */
    String text() {
        return statement;
    }

    /** The fence is gone; its parameter, where it has one, stays. */
    PlantedFault planted() {
        return PlantedFault.rewritten(
                statement, fence, fence.endsWith("?") ? fence.replace("epoch = ?", "(epoch = ? OR true)") : "true");
    }

    Set<String> symptoms() {
        return Set.of(symptoms.split(SEPARATOR));
    }
}
