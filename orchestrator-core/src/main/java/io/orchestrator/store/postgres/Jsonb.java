package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.json.NulFree;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Between JSON values and the text that Postgres takes for jsonb. */
final class Jsonb {
    private Jsonb() {}

    static String text(Json value) {
        return NulFree.json(value);
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
        return NulFree.text(text);
    }
}
