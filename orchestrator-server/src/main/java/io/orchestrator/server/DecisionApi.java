package io.orchestrator.server;

import io.javalin.http.Context;
import io.orchestrator.json.Json;
import io.orchestrator.json.StorageLimits;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.HeldPhases.Decided;
import io.orchestrator.store.HeldPhases.Decision;
import io.orchestrator.store.HeldPhases.Request;
import java.util.Optional;

/**
 * {@code POST /runs/{id}/phases/{phase}/decide} with {@code {"decision", "reason", "by"}}: 200 with the phase's state
 * afterwards, 404 for no such run or phase, 409 when the phase does not wait or somebody was first.
 */
public final class DecisionApi implements Door {

    private final HeldPhases phases;
    private final Announcer announcer;

    public DecisionApi(HeldPhases phases, Announcer announcer) {
        this.phases = phases;
        this.announcer = announcer;
    }

    @Override
    public void open(Routes routes) {
        routes.post("/runs/{id}/phases/{phase}/decide", this::decide);
    }

    private void decide(Context ctx) {
        Request request = request(ctx);
        try {
            Decided decided = phases.decide(request);
            announcer.announce(decided.ready());
            Answer.json(
                    ctx,
                    200,
                    Json.object(
                            "runId", request.runId(),
                            "phase", request.phase(),
                            "decision", request.decision().wire(),
                            "state", decided.state().wire()));
        } catch (HeldPhases.Refused e) {
            throw e.isUnknown()
                    ? new RequestRefused(404, "no_such_phase", String.valueOf(e.getMessage()))
                    : new RequestRefused(409, "not_held", String.valueOf(e.getMessage()));
        }
    }

    private static Request request(Context ctx) {
        Json body = Requests.json(ctx);
        Decision decision = body.text("decision")
                .flatMap(Decision::of)
                .orElseThrow(
                        () -> invalid("expected {\"decision\": \"accept\", \"retry\" or \"fail\"}, found " + body));
        return new Request(
                ctx.pathParam("id"),
                ctx.pathParam("phase"),
                decision,
                text(body, "by").orElse("a caller over HTTP"),
                text(body, "reason"));
    }

    private static Optional<String> text(Json body, String field) {
        Optional<String> text = body.get(field).map(value -> {
            if (!value.isText() || value.asText().length() > StorageLimits.LONGEST_REASON) {
                throw invalid("expected \"" + field + "\" as text of at most " + StorageLimits.LONGEST_REASON
                        + " characters");
            }
            return value.asText();
        });
        return text.filter(value -> !value.isBlank());
    }

    private static RequestRefused invalid(String message) {
        return new RequestRefused(400, "invalid_request", message);
    }
}
