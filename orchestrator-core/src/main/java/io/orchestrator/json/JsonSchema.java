package io.orchestrator.json;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.AnnotationKeyword;
import com.networknt.schema.path.NodePath;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON Schema of draft 2020-12, ready to check documents. Thread-safe.
 *
 * <p>A sub-schema may carry the annotation {@value #EXPECTED}: what a document should have there, in words for people.
 * Validators ignore it; a {@link Violation} hands it on, so that the sentence stands beside the rule it explains.
 */
public final class JsonSchema {
    /** The annotation with the words for people. */
    public static final String EXPECTED = "x-expected";

    private static final Dialect DIALECT = Dialect.builder(
                    Dialects.getDraft202012().getId(), Dialects.getDraft202012())
            .keyword(new AnnotationKeyword(EXPECTED))
            .build();

    /** Below these a violation says only that one of several ways was not taken. */
    private static final Set<String> ALTERNATIVES = Set.of("anyOf", "oneOf", "not");

    private static final BigDecimal BEYOND_64_BITS = new BigDecimal(BigInteger.ONE.shiftLeft(63));

    private final Json root;
    private final Schema schema;

    private JsonSchema(Json root, Schema schema) {
        this.root = root;
        this.schema = schema;
    }

    /** Prepares a schema. Faults of the schema itself are those of its author: they show as exceptions here or at use. */
    public static JsonSchema of(Json schema) {
        return new JsonSchema(schema, SchemaRegistry.withDialect(DIALECT).getSchema(schema.node()));
    }

    /**
     * What breaks one rule of the schema.
     *
     * @param pointer the value that breaks it; for a missing or unknown field, the object
     * @param keyword the rule's keyword, such as {@code required}, {@code type}, {@code maximum}; for anything inside
     *     alternatives the keyword of the alternatives
     * @param field the name, where the rule is about a missing or an unknown field
     * @param found the value at the pointer
     * @param rule the sub-schema that has the keyword
     * @param expected the sub-schema's words for people; of a missing field, the field's
     * @param message the validator's own words
     */
    public record Violation(
            JsonPointer pointer,
            String keyword,
            Optional<String> field,
            Json found,
            Json rule,
            Optional<String> expected,
            String message) {}

    /** Every violation, in no order that a caller may rely on; empty for a document that is right. */
    public List<Violation> check(Json document) {
        List<Violation> result = new ArrayList<>();
        for (Error error : schema.validate(comparable(document.node()))) {
            result.add(violation(error, document));
        }
        return result;
    }

    /**
     * The document with every decimal number beyond 64 bits replaced by a whole one of the same sign beyond them: the
     * validator compares whole numbers of any size, and throws at such decimals. Limits of schemas are within 64 bits.
     */
    private static JsonNode comparable(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(field -> copy.set(field.getKey(), comparable(field.getValue())));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> copy.add(comparable(element)));
            return copy;
        }
        boolean isBeyond = node.isBigDecimal() && node.decimalValue().abs().compareTo(BEYOND_64_BITS) >= 0;
        return isBeyond
                ? JsonNodeFactory.instance.numberNode(BEYOND_64_BITS
                        .toBigIntegerExact()
                        .multiply(BigInteger.valueOf(node.decimalValue().signum())))
                : node;
    }

    private Violation violation(Error error, Json document) {
        List<String> path = segments(error.getSchemaLocation().getFragment());
        int length = path.size() - 1;
        for (int i = length; i >= 0; i--) {
            if (ALTERNATIVES.contains(path.get(i))) {
                length = i;
            }
        }
        JsonNode rule = at(root.node(), path.subList(0, length));
        String keyword = path.get(length);
        Optional<String> field = keyword.equals("required") || keyword.equals("additionalProperties")
                ? Optional.ofNullable(error.getProperty())
                : Optional.empty();
        JsonNode explained =
                keyword.equals("required") ? rule.path("properties").path(field.orElse("")) : rule;
        List<String> place = segments(error.getInstanceLocation());
        JsonPointer pointer = JsonPointer.ROOT;
        for (String segment : place) {
            pointer = pointer.child(segment);
        }
        return new Violation(
                pointer,
                keyword,
                field,
                new Json(at(document.node(), place)),
                new Json(rule),
                expected(explained),
                error.getMessage());
    }

    private Optional<String> expected(JsonNode rule) {
        JsonNode words = rule.path(EXPECTED);
        if (words.isString()) {
            return Optional.of(words.stringValue());
        }
        JsonNode reference = rule.path("$ref");
        return reference.isString()
                ? expected(root.node().at(reference.stringValue().substring(1)))
                : Optional.empty();
    }

    private static JsonNode at(JsonNode node, List<String> path) {
        JsonNode current = node;
        for (String segment : path) {
            current = current.isArray() ? current.path(Integer.parseInt(segment)) : current.path(segment);
        }
        return current;
    }

    private static List<String> segments(NodePath path) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < path.getNameCount(); i++) {
            result.add(String.valueOf(path.getElement(i)));
        }
        return result;
    }
}
