package io.orchestrator.json;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Mends what agents and people say so that it can be stored: the character NUL and halves of surrogate pairs become U+FFFD,
 * what is too long is cut in the middle. Documents that users write are refused by {@link UnstorableValue} instead.
 */
public final class StorableText {
    private static final char REPLACEMENT = '\uFFFD';

    private StorableText() {}

    /** Plain text as a text column can hold it, whole. */
    public static String characters(String text) {
        String whole = Surrogates.replaceLone(text, REPLACEMENT);
        return whole.indexOf('\0') < 0 ? whole : whole.replace('\0', REPLACEMENT);
    }

    /** A message, a reason or an error as it is kept: of a long one the beginning and the end. */
    public static String message(String text) {
        return characters(shortened(text, StorageLimits.LONGEST_TEXT));
    }

    private static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        String cut = "\n… (%,d characters left out) …\n".formatted(text.length() - most);
        int head = (most - cut.length()) * 3 / 4;
        int tail = most - cut.length() - head;
        return text.substring(0, head) + cut + text.substring(text.length() - tail);
    }

    /**
     * Why a text cannot be stored as a name or a key, which have to come back as they are.
     *
     * @param what whose sentence begins with it, such as {@code the key}
     */
    public static Optional<String> faultOfName(String what, String name) {
        int length = name.codePointCount(0, name.length());
        if (length > StorageLimits.LONGEST_NAME) {
            return Optional.of(what
                    + " has %,d characters, at most %,d can be stored".formatted(length, StorageLimits.LONGEST_NAME));
        }
        return characters(name).equals(name)
                ? Optional.empty()
                : Optional.of(what + " has the character NUL or half of a surrogate pair, which cannot be stored");
    }

    /** A document with all its text mended; numbers that are not finite become the text that is written for them. */
    public static Json document(Json document) {
        return new Json(mended(document.node(), 0));
    }

    private static JsonNode mended(JsonNode node, int depth) {
        if (node.isString()) {
            return JsonNodeFactory.instance.stringNode(characters(node.stringValue()));
        }
        if (depth > StorageLimits.DEEPEST) {
            return node;
        }
        if (node.isArray()) {
            ArrayNode elements = JsonNodeFactory.instance.arrayNode(node.size());
            node.forEach(element -> elements.add(mended(element, depth + 1)));
            return elements;
        }
        if (node.isObject()) {
            ObjectNode fields = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> {
                String name = characters(field.getKey());
                // Of two names that would become the same none is lost: the bad one stays, and is refused.
                boolean isTaken = !name.equals(field.getKey()) && (node.has(name) || fields.has(name));
                fields.set(isTaken ? field.getKey() : name, mended(field.getValue(), depth + 1));
            });
            return fields;
        }
        boolean isOfJava = CanonicalJson.isNaN(node) || node.isBinary();
        return isOfJava ? JsonNodeFactory.instance.stringNode(node.asString()) : node;
    }
}
