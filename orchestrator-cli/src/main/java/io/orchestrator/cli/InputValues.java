package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonException;
import io.orchestrator.json.UnstorableValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A run's inputs as the command line gives them: those of a file, overlaid by single ones.
 *
 * <p>The value of {@code k=v} is JSON where it is a JSON number, string, array or object ({@code 3}, {@code "3"},
 * {@code [1,2]}); anything else, bare words such as {@code true} included, is text as it stands.
 */
final class InputValues {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)([.]\\d+)?([eE][+-]?\\d+)?");

    private InputValues() {}

    static Json of(Optional<Path> file, List<String> pairs) {
        Json.ObjectBuilder given = Json.builder();
        pairs.forEach(pair -> put(given, pair));
        Json inputs = file.map(InputValues::read).orElse(Json.EMPTY_OBJECT).overlaidBy(given.build());
        UnstorableValue.first(inputs).ifPresent(value -> {
            throw new Refusal("the inputs hold what cannot be stored: " + value.described());
        });
        return inputs;
    }

    private static void put(Json.ObjectBuilder given, String pair) {
        int equals = pair.indexOf('=');
        if (equals < 1) {
            throw new Refusal("--input " + pair + ": expected NAME=VALUE, such as --input path=.");
        }
        String name = pair.substring(0, equals);
        if (given.build().has(name)) {
            throw new Refusal("--input " + name + " is given twice; expected each name once");
        }
        given.put(name, value(pair.substring(equals + 1)));
    }

    static Json value(String text) {
        try {
            // However long a number is: whether it can be stored is said for all inputs together.
            Json json = Json.parseStored(text);
            boolean isBareWord = json.isBoolean() || json.isNull();
            return isBareWord ? Json.of(text) : json;
        } catch (JsonException e) {
            if (NUMBER.matcher(text).matches()) {
                throw new Refusal(
                        "the input " + Json.of(text).describe().substring("the string ".length())
                                + " is a number that cannot be stored: " + e.getMessage()
                                + "; as text it is written in quotes",
                        e);
            }
            if (text.startsWith("{") || text.startsWith("[")) {
                throw new Refusal(
                        "the input " + Json.of(text).describe().substring("the string ".length())
                                + " begins like JSON and is none: " + e.getMessage()
                                + "; as text it is written in quotes, as " + shownInQuotes(text),
                        e);
            }
            return Json.of(text);
        }
    }

    private static String shownInQuotes(String text) {
        return text.length() > 40 ? "'\"...\"'" : "'" + Json.of(text) + "'";
    }

    private static Json read(Path file) {
        try {
            Json json = Json.parse(UserFile.text(file, "the inputs file " + file));
            if (!json.isObject()) {
                throw new Refusal("the inputs file " + file + ": expected a JSON object, found " + json.describe());
            }
            return json;
        } catch (JsonException e) {
            throw new Refusal("the inputs file " + file + " is no JSON: " + e.getMessage(), e);
        }
    }
}
