package io.orchestrator.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Replaces {@link Json} inside maps and lists by the tree it holds, which the mapper knows how to write. */
final class Unwrapped {
    private Unwrapped() {}

    static @Nullable Object of(@Nullable Object value) {
        return switch (value) {
            case Json json -> tree(json);
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((k, v) -> copy.put(String.valueOf(k), of(v)));
                yield copy;
            }
            case Iterable<?> items -> {
                List<@Nullable Object> copy = new ArrayList<>();
                items.forEach(item -> copy.add(of(item)));
                yield copy;
            }
            case null -> null;
            default -> value;
        };
    }

    private static JsonNode tree(Json json) {
        return json.node();
    }
}
