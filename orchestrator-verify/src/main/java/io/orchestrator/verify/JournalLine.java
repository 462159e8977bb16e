package io.orchestrator.verify;

import static io.orchestrator.verify.JournalField.EPOCH;
import static io.orchestrator.verify.JournalField.KIND;
import static io.orchestrator.verify.JournalField.RUN;
import static io.orchestrator.verify.JournalField.SEQ;
import static io.orchestrator.verify.JournalField.TASK;
import static io.orchestrator.verify.JournalField.TOKENS;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** One line of a journal, its values as text that Postgres can cast to the fields' types. */
final class JournalLine {
    private static final JsonFactory JSON = new JsonFactory();

    private static final Map<String, List<JournalField>> REQUIRED = Map.of(
            "effect", List.of(TASK),
            "start", List.of(TASK, EPOCH),
            "checkpoint", List.of(TASK, EPOCH, SEQ),
            "finish", List.of(TASK, EPOCH),
            "usage", List.of(TASK, EPOCH, TOKENS),
            "submitted", List.of(RUN));

    private final long number;
    private final Map<JournalField, String> values = new EnumMap<>(JournalField.class);

    private JournalLine(long number) {
        this.number = number;
    }

    /** @throws VerificationException when it is no JSON object, or one that says less than its kind has to */
    static JournalLine parse(long number, String text) {
        JournalLine line = new JournalLine(number);
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            line.read(json);
        } catch (StreamReadException e) {
            throw line.invalid("it is no JSON (" + e.getOriginalMessage() + ")");
        }
        line.values.putIfAbsent(KIND, "effect");
        line.checkRequired();
        return line;
    }

    long number() {
        return number;
    }

    @Nullable
    String value(JournalField field) {
        return values.get(field);
    }

    private void read(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw invalid("it is no JSON object");
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            JournalField.of(name).filter(f -> token != JsonToken.VALUE_NULL).ifPresent(f -> put(f, token, json));
            json.skipChildren();
        }
        if (json.nextToken() != null) {
            throw invalid("something follows its object");
        }
    }

    private void put(JournalField field, JsonToken token, JsonParser json) {
        boolean fits = switch (field.sqlType()) {
            case "text" -> token.isScalarValue();
            case "bigint" -> token == JsonToken.VALUE_NUMBER_INT;
            default -> token.isBoolean();
        };
        if (!fits) {
            throw invalid("\"" + field.wire() + "\" is no " + field.sqlType());
        }
        values.put(field, json.getString());
    }

    private void checkRequired() {
        String kind = values.getOrDefault(KIND, "");
        List<JournalField> required = REQUIRED.get(kind);
        if (required == null) {
            throw invalid("its kind '" + kind + "' is none of " + String.join(", ", new TreeSet<>(REQUIRED.keySet())));
        }
        for (JournalField field : required) {
            if (!values.containsKey(field)) {
                throw invalid("a line of kind " + kind + " has a field \"" + field.wire() + "\"");
            }
        }
    }

    private VerificationException invalid(String why) {
        return new VerificationException("line " + number + " of the journal cannot be read: " + why
                + ". A journal that was damaged is no evidence; each line must be appended whole.");
    }
}
