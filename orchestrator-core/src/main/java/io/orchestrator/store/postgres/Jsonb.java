package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Between JSON values and the text that Postgres takes for jsonb. Postgres cannot hold U+0000; it becomes U+FFFD. */
final class Jsonb {
    private static final char NUL = '\0';
    private static final char REPLACEMENT = '\uFFFD';

    private Jsonb() {}

    static String text(Json value) {
        return withoutEscapedNul(value.toString());
    }

    /** A value on its way into a column. */
    static JSONB column(Json value) {
        return JSONB.valueOf(text(value));
    }

    static @Nullable String text(@Nullable JSONB column) {
        return column == null ? null : column.data();
    }

    static Json parse(@Nullable String text) {
        return text == null ? Json.NULL : Json.parse(text);
    }

    static Json parseObject(@Nullable String text) {
        return text == null ? Json.EMPTY_OBJECT : Json.parse(text);
    }

    /** Plain text as a text column can hold it. */
    static String clean(String text) {
        return text.indexOf(NUL) < 0 ? text : text.replace(NUL, REPLACEMENT);
    }

    /** The writer escapes U+0000; an escape is one where the number of backslashes before the {@code u} is odd. */
    private static String withoutEscapedNul(String json) {
        int at = json.indexOf("\\u0000");
        if (at < 0) {
            return json;
        }
        StringBuilder out = new StringBuilder(json);
        while (at >= 0) {
            int slashes = 0;
            while (at - slashes - 1 >= 0 && out.charAt(at - slashes - 1) == '\\') {
                slashes++;
            }
            if (slashes % 2 == 0) {
                out.replace(at, at + 6, String.valueOf(REPLACEMENT));
            }
            at = out.indexOf("\\u0000", at + 1);
        }
        return out.toString();
    }
}
