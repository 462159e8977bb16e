package io.orchestrator.server;

import io.javalin.http.Context;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskLogs.Place;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** {@code GET /tasks/{id}/logs?epoch=E&line=N}: a page of what a task's agent said; ask again from {@code next}. */
public final class LogApi implements Door {
    /** Of at most 64 KiB each. */
    private static final int CHUNKS = 16;

    private final RunStore runs;
    private final TaskLogs logs;

    public LogApi(RunStore runs, TaskLogs logs) {
        this.runs = runs;
        this.logs = logs;
    }

    @Override
    public void open(Routes routes) {
        routes.get("/tasks/{id}/logs", this::logs);
    }

    private void logs(Context ctx) {
        String id = ctx.pathParam("id");
        Place from = new Place(Requests.number(ctx, "epoch"), Requests.number(ctx, "line"));
        if (runs.task(id).isEmpty()) {
            throw new RequestRefused(404, "no_such_task", "there is no task '" + id + "'");
        }
        SequencedMap<String, Place> place = new LinkedHashMap<>();
        place.put(id, from);
        Answer.json(ctx, 200, LogDocument.of(id, from, logs.read(place, CHUNKS)));
    }
}
