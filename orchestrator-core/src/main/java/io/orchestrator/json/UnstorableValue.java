package io.orchestrator.json;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A value that is correct JSON and that Postgres cannot hold: text with the character NUL, text with half of a surrogate
 * pair, a number beyond the range of {@code numeric}. Whoever takes documents in refuses them by this, rather than
 * failing later, in the middle of a transaction.
 *
 * @param pointer where it is; for the name of a field, the field
 * @param found what it is, in words
 */
public record UnstorableValue(JsonPointer pointer, String found) {
    /** The bounds of {@code numeric}: digits before and after the decimal point. */
    private static final long MOST_INTEGER_DIGITS = 131_072;

    private static final long MOST_FRACTION_DIGITS = 16_383;

    /** The first such value of a document, in the document's order. */
    public static Optional<UnstorableValue> first(Json document) {
        return search(document.node(), JsonPointer.ROOT);
    }

    private static Optional<UnstorableValue> search(JsonNode node, JsonPointer at) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                JsonPointer child = at.child(field.getKey());
                var found = faultOfText("a field's name", field.getKey())
                        .map(words -> new UnstorableValue(child, words))
                        .or(() -> search(field.getValue(), child));
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                var found = search(node.get(i), at.child(i));
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
        return faultOf(node).map(words -> new UnstorableValue(at, words));
    }

    private static Optional<String> faultOf(JsonNode node) {
        if (node.isString()) {
            return faultOfText("a string", node.stringValue());
        }
        return node.isBigDecimal() && isOutOfRange(node.decimalValue())
                ? Optional.of("a number with more digits than can be stored")
                : Optional.empty();
    }

    private static Optional<String> faultOfText(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            return Optional.of(what + " with the character NUL (\\u0000), which cannot be stored");
        }
        return Surrogates.hasLone(text)
                ? Optional.of(what + " with half of a surrogate pair, which is no character and cannot be stored")
                : Optional.empty();
    }

    private static boolean isOutOfRange(BigDecimal value) {
        return (long) value.precision() - value.scale() > MOST_INTEGER_DIGITS || value.scale() > MOST_FRACTION_DIGITS;
    }
}
