package io.orchestrator.json;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** The one configured mapper, and its bounds. */
final class JsonCodec {
    private static final StreamReadConstraints BOUNDS = StreamReadConstraints.builder()
            .maxNestingDepth(200)
            .maxNumberLength(100)
            .maxNameLength(4_096)
            .maxStringLength(64 * 1024 * 1024)
            .maxDocumentLength(256L * 1024 * 1024)
            .build();

    private static final ObjectMapper MAPPER = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(BOUNDS).build())
            .addModule(new JsonModule())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    /** What the parser says to programmers: where a bracket was opened in its buffer, and the name of its own setting. */
    private static final Pattern INTERNALS =
            Pattern.compile(" \\(start marker at \\[Source: .*?\\]\\)|, from `StreamReadConstraints[^`]*`");

    private JsonCodec() {}

    static Json parse(String text) {
        if (text.isBlank()) {
            throw new JsonException("expected a JSON document, found nothing");
        }
        try {
            return new Json(MAPPER.readTree(text));
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
            throw new JsonException(
                    where + INTERNALS.matcher(e.getOriginalMessage()).replaceAll(""), e);
        } catch (NumberFormatException e) {
            // The parser lets this one through for an exponent that BigDecimal cannot hold.
            throw new JsonException("a number is out of every range: " + e.getMessage(), e);
        }
    }

    static Json fromJava(@Nullable Object value) {
        return switch (value) {
            case null -> Json.NULL;
            case Json json -> json;
            case CharSequence text -> new Json(JsonNodeFactory.instance.stringNode(text.toString()));
            default -> convert(value);
        };
    }

    private static Json convert(Object value) {
        try {
            return new Json(MAPPER.valueToTree(value));
        } catch (JacksonException e) {
            throw new JsonException(
                    "cannot write a " + value.getClass().getName() + " as JSON: " + e.getOriginalMessage(), e);
        }
    }

    static <T> T bind(JsonNode node, Class<T> type) {
        try {
            return MAPPER.treeToValue(node, type);
        } catch (JacksonException e) {
            throw new JsonException("does not fit " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    static String write(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    static String pretty(JsonNode node) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
    }
}
