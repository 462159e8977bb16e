package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.json.NulFree;
import org.jspecify.annotations.Nullable;

/** Between JSON values and the text that Postgres takes for jsonb. */
final class Jsonb {
    private Jsonb() {}

    static String text(Json value) {
        return NulFree.json(value);
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
