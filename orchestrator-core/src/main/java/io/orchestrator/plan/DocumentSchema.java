package io.orchestrator.plan;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonException;
import io.orchestrator.json.JsonPointer;
import io.orchestrator.json.JsonSchema;
import io.orchestrator.json.JsonSchema.Violation;
import io.orchestrator.json.UnstorableValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A published schema and the sentences for what breaks it. Before the schema come the checks of the document as such:
 * its size, and values that cannot be stored. A document that fails those is not looked at further. Thread-safe.
 */
final class DocumentSchema {
    /**
     * Of the text as given, and of the text without white space and with its numbers written out, as the store gives it
     * back: what was accepted once is accepted again.
     */
    static final int MOST_BYTES = 1 << 20;

    static final String BOUND = "at most 1 MiB (1,048,576 bytes)";

    /** Some editors put it in front of every file. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final JsonSchema schema;

    private DocumentSchema(JsonSchema schema) {
        this.schema = schema;
    }

    /** Loads a schema that lies beside this class. */
    static DocumentSchema resource(String name) {
        try (var stream = DocumentSchema.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the schema " + name + " is missing from this build");
            }
            return new DocumentSchema(
                    JsonSchema.of(Json.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8))));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the schema " + name, e);
        }
    }

    /** Reads a text; {@link Json#NULL} where it is too long or no JSON, which is then among the faults. */
    static Json parse(String text, Faults faults) {
        if (bytes(text) > MOST_BYTES) {
            faults.add(JsonPointer.ROOT, bytes(text) + " bytes", BOUND);
            return Json.NULL;
        }
        try {
            return Json.parse(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
        } catch (JsonException e) {
            faults.add(JsonPointer.ROOT, "text that is no JSON (" + e.getMessage() + ")", "one JSON object");
            return Json.NULL;
        }
    }

    /** Whether the document is worth looking at by further rules, whatever faults its parts may have. */
    boolean check(Json document, Faults faults) {
        long size = UnstorableValue.bytesOf(document);
        if (size > MOST_BYTES) {
            faults.add(JsonPointer.ROOT, size + " bytes", BOUND);
            return false;
        }
        var unstorable = UnstorableValue.first(document);
        if (unstorable.isPresent()) {
            faults.add(unstorable.get().pointer(), unstorable.get().found(), "a value that can be stored");
            return false;
        }
        schema.check(document).forEach(violation -> report(violation, faults));
        return true;
    }

    private static void report(Violation violation, Faults faults) {
        switch (violation.keyword()) {
            case "required" -> reportMissing(violation, faults);
            case "additionalProperties" -> reportUnknown(violation, faults);
            default ->
                faults.add(
                        violation.pointer(),
                        violation.found().describe(),
                        violation.expected().orElse(violation.message()));
        }
    }

    private static void reportMissing(Violation violation, Faults faults) {
        String field = violation.field().orElse("");
        faults.add(
                violation.pointer(),
                "no field \"" + field + "\"",
                violation.expected().orElse("the field \"" + field + "\""));
    }

    private static void reportUnknown(Violation violation, Faults faults) {
        String field = violation.field().orElse("");
        List<String> names = violation.rule().get("properties").map(Json::fields).stream()
                .flatMap(fields -> fields.keySet().stream())
                .filter(name -> !name.startsWith("$"))
                .toList();
        String found = "the unknown field " + Json.of(field).describe().substring("the string ".length());
        faults.add(
                violation.pointer().child(field),
                found,
                () -> knownNames(violation, names) + DidYouMean.hint(field, names));
    }

    /** Names that follow a pattern are explained by the schema's own words; others are listed. */
    private static String knownNames(Violation violation, List<String> names) {
        return names.isEmpty() || violation.rule().has("patternProperties")
                ? violation.expected().orElse(violation.message())
                : names.stream()
                        .map(name -> '"' + name + '"')
                        .collect(Collectors.joining(", ", names.size() == 1 ? "only " : "one of ", ""));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
