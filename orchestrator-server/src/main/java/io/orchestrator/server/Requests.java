package io.orchestrator.server;

import io.javalin.http.Context;
import io.orchestrator.json.Json;
import io.orchestrator.json.JsonException;
import io.orchestrator.json.UnstorableValue;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.PlanFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what requests bring, or refuses them with a reason. */
final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    /** What some editors write before a text; it says nothing. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private Requests() {}

    /** The body, all of whose values can be stored. */
    static Json json(Context ctx) {
        return storable(document(ctx));
    }

    /** The same where there may be none. */
    static Optional<Json> jsonIfAny(Context ctx) {
        byte[] body = body(ctx);
        if (body.length == 0) {
            return Optional.empty();
        }
        requireJson(ctx);
        return Optional.of(storable(parse(body)));
    }

    /** The body as it is, for those who tell all that is wrong with it at once. */
    static Json document(Context ctx) {
        requireJson(ctx);
        return parse(body(ctx));
    }

    /** Refuses what does not say of itself that it is JSON: forms that a browser sends unasked do not. */
    private static void requireJson(Context ctx) {
        String type = ctx.contentType();
        if (type == null || !MediaType.isJson(type)) {
            throw new RequestRefused(
                    415,
                    "not_json",
                    "expected Content-Type: application/json in UTF-8, found " + (type == null ? "none" : type));
        }
    }

    private static Json storable(Json document) {
        UnstorableValue.first(document).ifPresent(value -> {
            throw new InvalidPlanException(
                    List.of(new PlanFault(value.pointer().text(), value.found(), "a value that can be stored")));
        });
        return document;
    }

    static Json parse(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return Json.parse(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
        } catch (JsonException e) {
            throw new RequestRefused(400, "not_json", "expected one JSON document: " + e.getMessage());
        } catch (CharacterCodingException e) {
            throw new RequestRefused(400, "not_json", "expected JSON in UTF-8, found other bytes");
        }
    }

    /** Whatever breaks off is the client's doing, whether it said something wrong, stopped in the middle or went away. */
    private static byte[] body(Context ctx) {
        if (ctx.req().getContentLengthLong() > Http.MOST_BYTES) {
            throw tooLarge();
        }
        try {
            byte[] body = read(ctx.req().getInputStream(), RoomKeeper.of(ctx));
            RoomKeeper.of(ctx).beforeUnderstanding(body.length);
            return body;
        } catch (IOException | HttpException.RuntimeException e) {
            LOG.debug("the body of {} {} could not be read", ctx.method().name(), ctx.path(), e);
            throw isTooSlow(e)
                    ? new RequestRefused(408, "too_slow", "the body came too slowly; send it again, at once")
                    : new RequestRefused(
                            400, "broken_body", "the body broke off or is no HTTP: its chunks or its length are wrong");
        }
    }

    /** Room is taken for what has come, not for what was announced; twice, as an array that grows is copied. */
    private static byte[] read(InputStream stream, Room.Held room) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] part = new byte[8 * 1024];
        for (int read = stream.read(part); read >= 0; read = stream.read(part)) {
            if (body.size() + read > Http.MOST_BYTES) {
                throw tooLarge();
            }
            room.take(2L * read);
            body.write(part, 0, read);
        }
        return body.toByteArray();
    }

    private static boolean isTooSlow(Exception failure) {
        return failure.getCause() instanceof TimeoutException;
    }

    private static RequestRefused tooLarge() {
        return new RequestRefused(413, "too_large", "the request is larger than " + Http.MOST_BYTES + " bytes");
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
