package io.orchestrator.server;

import io.javalin.http.Context;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanFault;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes answers, all of them JSON in one shape. */
final class Answer {
    static final String JSON = "application/json";

    private Answer() {}

    static void json(Context ctx, int status, Json document) {
        write(ctx, status, JSON, document.toString());
    }

    /** @throws RequestRefused where there is no room for what is large */
    static void write(Context ctx, int status, String type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        RoomKeeper.of(ctx).take(bytes.length);
        ctx.status(status).contentType(type).result(bytes);
    }

    static void error(Context ctx, int status, String code, String message) {
        json(ctx, status, errorDocument(code, message));
    }

    static void refusal(Context ctx, String code, String message, List<PlanFault> faults) {
        Json listed = Json.array(faults.stream()
                .map(fault ->
                        Json.object("pointer", fault.pointer(), "found", fault.found(), "expected", fault.expected()))
                .toList());
        json(ctx, 400, Json.object("error", Json.object("message", message, "code", code, "faults", listed)));
    }

    static Json errorDocument(String code, String message) {
        return Json.object("error", Json.object("message", message, "code", code));
    }
}
