package io.orchestrator.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One immutable JSON value. Thread-safe. {@code equals} compares by meaning ({@code 1.0} is {@code 1}, the order of
 * fields does not matter), {@code toString} is the compact JSON text, on one line.
 */
public final class Json {
    public static final Json NULL = new Json(JsonNodeFactory.instance.nullNode());
    public static final Json EMPTY_OBJECT = new Json(JsonNodeFactory.instance.objectNode());

    private static final int MOST_DESCRIBED = 60;

    private final JsonNode node;

    Json(JsonNode node) {
        this.node = node;
    }

    JsonNode node() {
        return node;
    }

    /** Reads one document; anything after it but white space is an error. */
    public static Json parse(String text) {
        return JsonCodec.parse(text);
    }

    /** The same for what a store gives back, which may be longer and deeper than what is let in from outside. */
    public static Json parseStored(String text) {
        return JsonCodec.parseStored(text);
    }

    /**
     * A JSON value from Java values: null, Boolean, Number, CharSequence, Enum (its name), Json, Map with string keys,
     * Iterable, and records or beans by their fields.
     */
    public static Json of(@Nullable Object value) {
        return JsonCodec.fromJava(value);
    }

    /** An object from alternating names and values, in this order; a null value becomes JSON null. */
    public static Json object(@Nullable Object... namesAndValues) {
        ObjectBuilder builder = new ObjectBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Json array(Iterable<?> values) {
        return of(values);
    }

    public static ObjectBuilder builder() {
        return new ObjectBuilder();
    }

    public boolean isNull() {
        return node.isNull();
    }

    public boolean isObject() {
        return node.isObject();
    }

    public boolean isArray() {
        return node.isArray();
    }

    public boolean isText() {
        return node.isString();
    }

    public boolean isNumber() {
        return node.isNumber();
    }

    public boolean isInteger() {
        return node.isIntegralNumber();
    }

    public boolean isBoolean() {
        return node.isBoolean();
    }

    /** The field of an object; empty when there is none, when it is JSON null, and when this is no object. */
    public Optional<Json> get(String name) {
        JsonNode child = node.get(name);
        return child == null || child.isNull() ? Optional.empty() : Optional.of(new Json(child));
    }

    public boolean has(String name) {
        return node.has(name);
    }

    /** The text of a field, where the field is there and is a string. */
    public Optional<String> text(String name) {
        return get(name).filter(Json::isText).map(Json::asText);
    }

    /** The string's content, or for any other value its JSON text. */
    public String asText() {
        return node.isString() ? node.stringValue() : toString();
    }

    public long asLong() {
        if (!node.isNumber() || !node.canConvertToLong()) {
            throw new JsonException("expected a whole number, found " + describe());
        }
        return node.longValue();
    }

    public double asDouble() {
        if (!node.isNumber()) {
            throw new JsonException("expected a number, found " + describe());
        }
        return node.doubleValue();
    }

    public BigDecimal asDecimal() {
        if (!node.isNumber()) {
            throw new JsonException("expected a number, found " + describe());
        }
        return node.decimalValue();
    }

    public boolean asBoolean() {
        if (!node.isBoolean()) {
            throw new JsonException("expected true or false, found " + describe());
        }
        return node.booleanValue();
    }

    /** Number of elements of an array or fields of an object; 0 for anything else. */
    public int size() {
        return node.size();
    }

    /** The elements of an array, in order; empty for anything else. */
    public List<Json> elements() {
        List<Json> result = new ArrayList<>(node.size());
        if (node.isArray()) {
            node.forEach(child -> result.add(new Json(child)));
        }
        return result;
    }

    /** The fields of an object, in the document's order; empty for anything else. */
    public Map<String, Json> fields() {
        Map<String, Json> result = new LinkedHashMap<>();
        forEachField(result::put);
        return result;
    }

    public void forEachField(BiConsumer<String, Json> action) {
        if (node.isObject()) {
            node.properties().forEach(e -> action.accept(e.getKey(), new Json(e.getValue())));
        }
    }

    /** The elements from {@code from} (inclusive) to {@code to} (exclusive) as an array of their own. */
    public Json slice(int from, int to) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        for (int i = from; i < Math.min(to, node.size()); i++) {
            result.add(node.get(i));
        }
        return new Json(result);
    }

    /** This object with the fields of {@code over} laid on top; fields are replaced whole. */
    public Json overlaidBy(Json over) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        if (node instanceof ObjectNode base) {
            result.setAll(base);
        }
        if (over.node instanceof ObjectNode top) {
            result.setAll(top);
        }
        return new Json(result);
    }

    /** This object with one field set. */
    public Json with(String name, @Nullable Object value) {
        return overlaidBy(builder().put(name, value).build());
    }

    /** Binds the value to a record or bean. */
    public <T> T as(Class<T> type) {
        return JsonCodec.bind(node, type);
    }

    /** The same meaning always gives the same text: names sorted, no white space, numbers in their shortest form. */
    public String canonical() {
        return CanonicalJson.write(node);
    }

    /** Indented, for people. */
    public String pretty() {
        return JsonCodec.pretty(node);
    }

    /** SHA-256 of {@link #canonical()} in lower-case hex: equal for documents of equal meaning. */
    public String sha256() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(canonical().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256; this one says it has not", e);
        }
    }

    /** What this is, in words, on one line and shortened, for messages: {@code the string "abc"}, {@code an array of 3}. */
    public String describe() {
        if (node.isString()) {
            return "the string " + JsonCodec.write(JsonNodeFactory.instance.stringNode(shortened(node.stringValue())));
        }
        if (node.isArray()) {
            return node.isEmpty() ? "an empty array" : "an array of " + node.size();
        }
        if (node.isObject()) {
            return node.isEmpty() ? "an empty object" : "an object";
        }
        return node.isNumber() ? "the number " + shortened(node.toString()) : node.toString();
    }

    private static String shortened(String value) {
        if (value.length() <= MOST_DESCRIBED) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(MOST_DESCRIBED - 1)) ? MOST_DESCRIBED - 1 : MOST_DESCRIBED;
        return value.substring(0, end) + "…";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Json json && JsonEquality.areEqual(node, json.node);
    }

    @Override
    public int hashCode() {
        return JsonEquality.hash(node);
    }

    @Override
    public String toString() {
        return JsonCodec.write(node);
    }

    /** Builds an object; not thread-safe. */
    public static final class ObjectBuilder {
        private final ObjectNode fields = JsonNodeFactory.instance.objectNode();

        private ObjectBuilder() {}

        public ObjectBuilder put(String name, @Nullable Object value) {
            try {
                fields.set(name, JsonCodec.fromJava(value).node);
            } catch (JacksonException e) {
                throw new JsonException("cannot write field '" + name + "' as JSON: " + e.getOriginalMessage(), e);
            }
            return this;
        }

        public ObjectBuilder putIfPresent(String name, Optional<?> value) {
            return value.isPresent() ? put(name, value.get()) : this;
        }

        public Json build() {
            return new Json(fields.deepCopy());
        }
    }
}
