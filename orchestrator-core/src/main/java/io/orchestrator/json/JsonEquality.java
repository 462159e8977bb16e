package io.orchestrator.json;

import java.util.Comparator;
import tools.jackson.databind.JsonNode;

/**
 * Equality by meaning. The parser's own tells {@code 1} held in an int from {@code 1} held in a long, so that a document
 * would differ from itself after it was stored and read again.
 */
final class JsonEquality {
    /** Only the result zero is looked at. */
    private static final Comparator<JsonNode> LEAVES = (a, b) -> areLeavesEqual(a, b) ? 0 : 1;

    private JsonEquality() {}

    static boolean areEqual(JsonNode a, JsonNode b) {
        return a.equals(LEAVES, b);
    }

    private static boolean areLeavesEqual(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return CanonicalJson.number(a).equals(CanonicalJson.number(b));
        }
        return a.equals(b);
    }

    static int hash(JsonNode node) {
        if (node.isNumber()) {
            return CanonicalJson.number(node).hashCode();
        }
        int result = node.size();
        if (node.isArray()) {
            for (JsonNode element : node) {
                result = 31 * result + hash(element);
            }
            return result;
        }
        if (node.isObject()) {
            // A sum, because the order of the fields has no meaning.
            for (var field : node.properties()) {
                result += field.getKey().hashCode() * 31 + hash(field.getValue());
            }
            return result;
        }
        return node.hashCode();
    }
}
