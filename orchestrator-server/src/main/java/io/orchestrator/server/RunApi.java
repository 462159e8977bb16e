package io.orchestrator.server;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.orchestrator.json.Json;
import io.orchestrator.json.StorageLimits;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /runs/{id}}, {@code GET /runs?key=KEY}, {@code GET /runs/{id}/events?after=N} (a page of {@value #PAGE}; ask again after {@code last}),
 * {@code POST /runs/{id}/cancel}.
 */
public final class RunApi implements Door {
    private static final int PAGE = 1_000;
    /** The newest run, for who only looks; what is changed is named. */
    private static final String LATEST = "latest";

    private final RunStore runs;

    public RunApi(RunStore runs) {
        this.runs = runs;
    }

    @Override
    public void open(Routes routes) {
        routes.get("/runs", this::byKey);
        routes.get("/runs/{id}", ctx -> Answer.json(ctx, 200, RunDocument.of(run(ctx, true))));
        routes.get("/runs/{id}/events", this::events);
        routes.post("/runs/{id}/cancel", this::cancel);
    }

    private void byKey(Context ctx) {
        String key = ctx.queryParam("key");
        if (key == null || key.isBlank()) {
            throw new RequestRefused(400, "invalid_request", "expected the key of a run: GET /runs?key=KEY");
        }
        RunView run = runs.runOfKey(key)
                .flatMap(id -> runs.view(id, true))
                .orElseThrow(
                        () -> new RequestRefused(404, "no_such_run", "there is no run under the key '" + key + "'"));
        Answer.json(ctx, 200, RunDocument.of(run));
    }

    private void events(Context ctx) {
        long after = Requests.number(ctx, "after");
        RunView run = run(ctx, false);
        List<EventView> events = runs.events(run.id(), after, PAGE);
        Answer.json(ctx, 200, RunDocument.ofEvents(run.id(), after, events));
    }

    /** Cancelling what has ended is no error: the caller learns how it ended. */
    private void cancel(Context ctx) {
        boolean cancelled = runs.cancel(ctx.pathParam("id"), reason(ctx));
        RunView run = run(ctx, false);
        Answer.json(
                ctx,
                200,
                Json.object(
                        "runId",
                        run.id(),
                        "cancelled",
                        cancelled,
                        "state",
                        run.state().wire()));
    }

    private static String reason(Context ctx) {
        Optional<Json> body = Requests.jsonIfAny(ctx);
        if (body.isEmpty()) {
            return "cancelled over HTTP";
        }
        return body.get()
                .text("reason")
                .filter(reason -> !reason.isBlank() && reason.length() <= StorageLimits.LONGEST_REASON)
                .orElseThrow(() -> new RequestRefused(
                        400,
                        "invalid_request",
                        "expected {\"reason\": text of at most " + StorageLimits.LONGEST_REASON
                                + " characters}, or no body"));
    }

    private RunView run(Context ctx, boolean withTasks) {
        String id = ctx.pathParam("id");
        boolean isLatest = id.equals(LATEST) && !ctx.method().equals(HandlerType.POST);
        String meant =
                isLatest ? runs.list(1).stream().findFirst().map(RunView::id).orElse(id) : id;
        return runs.view(meant, withTasks)
                .orElseThrow(() -> new RequestRefused(404, "no_such_run", "there is no run '" + id + "'"));
    }
}
