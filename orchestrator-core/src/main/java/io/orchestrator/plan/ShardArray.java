package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the array that a shard is over: first as a path in the task's input, then as {@code PHASE.Agent.field} in the
 * upstream outputs, then by a bare name that a single upstream output has as an array.
 *
 * <p>A path that comes to an array before its end goes on in each element, and joins what it finds there in order:
 * {@code ANALYSIS.Hasher.hashes} is one array even where {@code Hasher} itself was sharded.
 */
final class ShardArray {
    private final String over;
    private final List<String> path;
    private final Json input;
    private final Json upstream;

    private ShardArray(String over, Json input, Json upstream) {
        this.over = over;
        this.path = Arrays.asList(over.split("\\.", -1));
        this.input = input;
        this.upstream = upstream;
    }

    /** @throws ExpansionException when there is no such array, or more than one, saying where it was looked for */
    static Json find(String over, Json input, Json upstream) {
        ShardArray search = new ShardArray(over, input, upstream);
        return search.inInput()
                .or(() -> search.inUpstream())
                .or(() -> search.byBareName())
                .orElseThrow(
                        () -> new ExpansionException("there is nothing to shard: neither the input nor any upstream"
                                + " output has '" + over + "'" + search.available()));
    }

    private Optional<Json> inInput() {
        return follow(input, path).map(found -> requireArray(found, "the input's field '" + over + "'"));
    }

    private Optional<Json> inUpstream() {
        return path.size() < 2
                ? Optional.empty()
                : follow(upstream, path).map(found -> requireArray(found, "the upstream output '" + over + "'"));
    }

    private Optional<Json> byBareName() {
        if (path.size() > 1) {
            return Optional.empty();
        }
        Map<String, Json> candidates = new LinkedHashMap<>();
        upstream.forEachField((phase, outputs) -> outputs.forEachField((name, output) -> follow(output, path)
                .filter(Json::isArray)
                .ifPresent(array -> candidates.put(phase + '.' + name + '.' + over, array))));
        if (candidates.size() > 1) {
            throw new ExpansionException("several upstream outputs have an array '" + over + "': "
                    + String.join(", ", candidates.keySet()) + "; name one of them in full");
        }
        return candidates.values().stream().findFirst();
    }

    private static Optional<Json> follow(Json start, List<String> path) {
        Optional<Json> current = Optional.of(start);
        for (String field : path) {
            current = current.flatMap(value -> value.isArray() ? joined(value, field) : value.get(field));
        }
        return current;
    }

    /** The arrays that the elements have under a name, as one; empty unless every element has one. */
    private static Optional<Json> joined(Json elements, String field) {
        List<Json> result = new ArrayList<>();
        for (Json element : elements.elements()) {
            Optional<Json> part = element.get(field).filter(Json::isArray);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            result.addAll(part.get().elements());
        }
        return Optional.of(Json.array(result));
    }

    private static Json requireArray(Json found, String where) {
        if (!found.isArray()) {
            throw new ExpansionException(where + " is " + found.describe() + "; a shard needs an array");
        }
        return found;
    }

    private String available() {
        List<String> names = new ArrayList<>(input.fields().keySet());
        upstream.forEachField((phase, outputs) -> outputs.forEachField(
                (name, output) -> output.forEachField((field, value) -> names.add(phase + '.' + name + '.' + field))));
        String listed = String.join(", ", names.subList(0, Math.min(names.size(), 20)));
        return names.isEmpty() ? "" : "; there are: " + listed + (names.size() > 20 ? ", …" : "");
    }
}
