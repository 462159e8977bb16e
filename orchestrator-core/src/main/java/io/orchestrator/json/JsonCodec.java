package io.orchestrator.json;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** The configured mapper, with the bounds of the doors and with those of the store. */
final class JsonCodec {
    private static final ObjectMapper MAPPER = mapper(StorageLimits.AT_THE_DOOR);
    private static final ObjectMapper OF_THE_STORE = mapper(StorageLimits.FROM_THE_STORE);

    /** What the parser says to programmers: where a bracket was opened in its buffer, and the names of its own settings. */
    private static final Pattern INTERNALS = Pattern.compile(" \\(start marker at \\[Source: .*?\\]\\)"
            + "|, from `StreamReadConstraints[^`]*`"
            + "|: enable `\\w+Feature\\.\\w+` to allow"
            + "| \\(not recognized as one since Feature '\\w+' not enabled for parser\\)");

    private static final Pattern TRAILING = Pattern.compile("^Trailing token .*", Pattern.DOTALL);

    private static final int LONGEST_PLACE = 200;

    private JsonCodec() {}

    private static ObjectMapper mapper(StreamReadConstraints reading) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(reading)
                        .streamWriteConstraints(StorageLimits.WRITING)
                        .build())
                .addModule(new JsonModule())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .build();
    }

    static Json parse(String text) {
        return parse(text, MAPPER);
    }

    static Json parseStored(String text) {
        return parse(text, OF_THE_STORE);
    }

    private static Json parse(String given, ObjectMapper mapper) {
        if (given.isBlank()) {
            throw new JsonException("expected a JSON document, found nothing");
        }
        String text = Surrogates.unescapeLone(given);
        try {
            return new Json(mapper.readTree(text));
        } catch (JacksonException | ArithmeticException | NumberFormatException e) {
            throw new JsonException(explained(e, text, mapper), e);
        }
    }

    /** See {@link JsonSequence}. */
    static JsonSequence sequence(String given) {
        String text = Surrogates.unescapeLone(given);
        List<JsonSequence.Member> objects = new ArrayList<>();
        ObjectReader reader = MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        boolean inside = false;
        int from = 0;
        try (JsonParser parser = MAPPER.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token == JsonToken.START_OBJECT; token = parser.nextToken()) {
                inside = true;
                from = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
                JsonNode node = reader.readTree(parser);
                int to = Math.toIntExact(parser.currentLocation().getCharOffset());
                objects.add(new JsonSequence.Member(new Json(node), from, to));
                inside = false;
            }
            if (parser.currentToken() == null) {
                return new JsonSequence(text, objects, text.length(), "");
            }
        } catch (JacksonException | ArithmeticException | NumberFormatException e) {
            if (inside) {
                return new JsonSequence(text, objects, from, explained(e, text, MAPPER));
            }
        }
        return followed(text, objects);
    }

    /** What stands before something that is no object may end elsewhere than it seems. */
    private static JsonSequence followed(String text, List<JsonSequence.Member> objects) {
        String problem = "something that is no object stands behind its end";
        if (objects.isEmpty()) {
            return new JsonSequence(text, objects, 0, problem);
        }
        JsonSequence.Member last = objects.removeLast();
        return new JsonSequence(text, objects, last.from(), problem);
    }

    private static String explained(RuntimeException e, String text, ObjectMapper mapper) {
        return switch (e) {
            case StreamConstraintsException limit -> where(limit) + place(text, mapper) + words(limit);
            case JacksonException wrong -> where(wrong) + words(wrong);
            // The parser lets these through for an exponent that BigDecimal cannot hold.
            default -> place(text, mapper) + "a number is out of every range: " + e.getMessage();
        };
    }

    private static String words(JacksonException e) {
        String words = INTERNALS.matcher(e.getOriginalMessage()).replaceAll("");
        return TRAILING.matcher(words).replaceFirst("something stands behind the end of the document");
    }

    private static String where(JacksonException e) {
        var at = e.getLocation();
        return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }

    /** Where in the document the reader gives up; looked for by reading anew, which only a text that is refused pays for. */
    private static String place(String text, ObjectMapper mapper) {
        String place = "";
        try (JsonParser parser = mapper.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                place = parser.streamReadContext().pathAsPointer().toString();
                if (token.isNumeric()) {
                    parser.getNumberValue();
                }
            }
        } catch (JacksonException | ArithmeticException | NumberFormatException e) {
            // Found, or as near as the reader came.
            return place.isEmpty() || place.length() > LONGEST_PLACE ? "" : "at " + place + ": ";
        }
        return "";
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
