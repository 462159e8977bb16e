package io.orchestrator.server;

import io.javalin.http.Context;
import io.orchestrator.json.Json;
import io.orchestrator.json.JsonException;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.PlanFault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Reads what requests bring, or refuses them with a reason. */
final class Requests {
    private Requests() {}

    /** The body, where it says of itself that it is JSON: forms that a browser sends unasked do not. */
    static Json json(Context ctx) {
        String type = ctx.contentType();
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(Answer.JSON)) {
            throw new RequestRefused(
                    415,
                    "not_json",
                    "expected Content-Type: application/json, found " + (type == null ? "none" : type));
        }
        return parse(ctx.bodyAsBytes());
    }

    static Json parse(byte[] body) {
        try {
            return Json.parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (JsonException e) {
            throw new RequestRefused(400, "not_json", "expected one JSON document: " + e.getMessage());
        } catch (CharacterCodingException e) {
            throw new RequestRefused(400, "not_json", "expected JSON in UTF-8, found other bytes");
        }
    }

    /** A whole number of the query that is not negative; zero where there is none. */
    static long number(Context ctx, String name) {
        String value = ctx.queryParam(name);
        if (value == null) {
            return 0;
        }
        if (!value.matches("\\d{1,18}")) {
            throw new InvalidPlanException(
                    List.of(new PlanFault("?" + name, Json.of(value).describe(), "a whole number, 0 or more")));
        }
        return Long.parseLong(value);
    }
}
