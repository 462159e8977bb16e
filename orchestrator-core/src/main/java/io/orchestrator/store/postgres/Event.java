package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import org.jspecify.annotations.Nullable;

/** Something that happened, on its way to the log; {@code data} is JSON text. */
record Event(
        String runId,
        EventKind kind,
        @Nullable String phaseId,
        @Nullable String taskId,
        @Nullable Long epoch,
        @Nullable Integer attempt,
        @Nullable String workerId,
        @Nullable String data) {

    static Event ofRun(String runId, EventKind kind, Json data) {
        return new Event(runId, kind, null, null, null, null, null, text(data));
    }

    static Event ofPhase(String runId, String phaseId, EventKind kind, Json data) {
        return new Event(runId, kind, phaseId, null, null, null, null, text(data));
    }

    static Event ofTask(LiveTask task, EventKind kind, Json data) {
        return new Event(
                task.runId(),
                kind,
                task.phaseId(),
                task.taskId(),
                task.epoch(),
                task.attempt(),
                task.workerId(),
                text(data));
    }

    private static @Nullable String text(Json data) {
        return data.size() == 0 ? null : Jsonb.text(data);
    }
}
