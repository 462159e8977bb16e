package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.Ready;
import java.time.Instant;
import java.util.List;

/** Lets a task go on with its fallback, and tells of it. */
final class Fallbacks {
    private Fallbacks() {}

    static Ready take(TaskRow task, String error, Usage used, Instant now) {
        String from = task.target();
        String stored = Stored.text(error);
        task.fallBack(stored, used, now);
        Json data = Json.object("from", from, "to", task.target(), "error", stored);
        task.phase.run.log(now, EventKind.TASK_FELL_BACK, task, data);
        return new Ready(List.of(task.ticket()), false);
    }
}
