package io.orchestrator.server;

import io.javalin.http.Context;
import io.orchestrator.json.Json;
import io.orchestrator.json.StorageLimits;
import io.orchestrator.plan.Priority;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Gates;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code POST /runs/{id}/pause} and {@code /runs/{id}/resume}, {@code GET /queues}, {@code POST /queues/{lane}/pause} and
 * {@code /queues/{lane}/resume}. Pausing takes {@code {"reason": text, "now": boolean}} or no body; with {@code now}
 * running tasks are called back. All of them may be repeated.
 */
public final class PauseApi implements Door {

    private final Gates gates;
    private final Dispatch dispatch;
    private final RunStore runs;
    private final Announcer announcer;

    public PauseApi(Gates gates, Dispatch dispatch, RunStore runs, Announcer announcer) {
        this.gates = gates;
        this.dispatch = dispatch;
        this.runs = runs;
        this.announcer = announcer;
    }

    @Override
    public void open(Routes routes) {
        routes.post("/runs/{id}/pause", this::pauseRun);
        routes.post("/runs/{id}/resume", this::resumeRun);
        routes.get("/queues", ctx -> Answer.json(ctx, 200, GateDocument.ofLanes(dispatch.lanes(), gates.closed())));
        routes.post("/queues/{lane}/pause", this::pauseLane);
        routes.post("/queues/{lane}/resume", this::resumeLane);
    }

    private void pauseRun(Context ctx) {
        Closing closing = closing(ctx);
        boolean paused = gates.close(Gate.ofRun(ctx.pathParam("id")), closing);
        RunView run = run(ctx);
        if (!paused) {
            throw new RequestRefused(
                    409,
                    "run_has_ended",
                    "run '" + run.id() + "' has ended (" + run.state().wire() + "); only others can be paused");
        }
        Answer.json(
                ctx,
                200,
                Json.object(
                        "runId", run.id(), "paused", true, "state", run.state().wire()));
    }

    private void resumeRun(Context ctx) {
        Gates.Opened opened = gates.open(Gate.ofRun(ctx.pathParam("id")));
        announcer.announce(opened.ready());
        RunView run = run(ctx);
        Answer.json(
                ctx,
                200,
                Json.object(
                        "runId",
                        run.id(),
                        "wasPaused",
                        opened.wasClosed(),
                        "state",
                        run.state().wire()));
    }

    private void pauseLane(Context ctx) {
        Priority lane = lane(ctx);
        gates.close(Gate.ofLane(lane), closing(ctx));
        Answer.json(ctx, 200, Json.object("lane", lane.wire(), "paused", true));
    }

    private void resumeLane(Context ctx) {
        Priority lane = lane(ctx);
        Gates.Opened opened = gates.open(Gate.ofLane(lane));
        announcer.announce(opened.ready());
        Answer.json(ctx, 200, Json.object("lane", lane.wire(), "wasPaused", opened.wasClosed()));
    }

    private static Closing closing(Context ctx) {
        Optional<Json> sent = Requests.jsonIfAny(ctx);
        if (sent.isEmpty()) {
            return Closing.because("paused over HTTP");
        }
        Json body = sent.get();
        boolean known = body.isObject()
                && body.fields().keySet().stream().allMatch(name -> name.equals("reason") || name.equals("now"));
        Json reason = known ? body.get("reason").orElse(Json.of("paused over HTTP")) : Json.NULL;
        Json now = known ? body.get("now").orElse(Json.of(false)) : Json.NULL;
        if (!now.isBoolean() || !isReason(reason)) {
            throw new RequestRefused(
                    400,
                    "invalid_request",
                    "expected {\"reason\": text of at most " + StorageLimits.LONGEST_REASON
                            + " characters, \"now\": true or false}, or no body");
        }
        Closing closing = Closing.because(reason.asText());
        return now.asBoolean() ? closing.recallingTasks() : closing;
    }

    private static boolean isReason(Json reason) {
        return reason.isText()
                && !reason.asText().isBlank()
                && reason.asText().length() <= StorageLimits.LONGEST_REASON;
    }

    private static Priority lane(Context ctx) {
        String name = ctx.pathParam("lane");
        return Arrays.stream(Priority.values())
                .filter(lane -> lane.wire().equals(name))
                .findFirst()
                .orElseThrow(() -> new RequestRefused(
                        404,
                        "no_such_lane",
                        "there is no lane '" + name + "'; expected critical, high, normal or low"));
    }

    private RunView run(Context ctx) {
        String id = ctx.pathParam("id");
        return runs.view(id, false)
                .orElseThrow(() -> new RequestRefused(404, "no_such_run", "there is no run '" + id + "'"));
    }
}
