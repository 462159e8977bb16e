package io.orchestrator.server;

import io.javalin.http.Context;
import io.orchestrator.json.StorableText;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What stands in a request's path, query and headers: text that can be stored, each name once. */
final class Parameters {
    private Parameters() {}

    /** @throws RequestRefused for a parameter that cannot be taken as it is meant */
    static void check(Context ctx) {
        decodable("path", ctx.path());
        String query = ctx.queryString();
        if (query != null) {
            decodable("query", query);
        }
        ctx.pathParamMap().forEach((name, value) -> storable("{" + name + "} in the path", value));
        ctx.queryParamMap().forEach((name, values) -> {
            storable("a parameter's name in the query", name);
            if (values.size() > 1) {
                throw new RequestRefused(
                        400, "invalid_request", "expected ?" + name + " once, found it " + values.size() + " times");
            }
            values.forEach(value -> storable("?" + name, value));
        });
    }

    /** The value of a header that may be there once. */
    static Optional<String> header(Context ctx, String name) {
        List<String> values = Collections.list(ctx.req().getHeaders(name));
        if (values.size() > 1) {
            throw new RequestRefused(
                    400, "invalid_request", "expected " + name + " once, found it " + values.size() + " times");
        }
        return values.stream()
                .findFirst()
                .map(value -> PercentText.ofHeader(value)
                        .orElseThrow(() -> new RequestRefused(
                                400, "invalid_request", "expected " + name + " as text in UTF-8, found other bytes")));
    }

    private static void decodable(String what, String raw) {
        if (PercentText.decoded(raw).isEmpty()) {
            throw new RequestRefused(
                    400,
                    "invalid_request",
                    "expected a " + what + " whose percent signs stand for UTF-8, such as %C3%A4, found other bytes");
        }
    }

    private static void storable(String what, String value) {
        StorableText.faultOfName(what, value).ifPresent(fault -> {
            throw new RequestRefused(400, "invalid_request", fault);
        });
    }
}
