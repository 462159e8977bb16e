package io.orchestrator.worker.program;

import io.orchestrator.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines that are no messages and look as if they were meant to be. Programs may print such lines for other reasons. */
final class NearMisses {
    static final String NOT_ALONE = "a message is a JSON object on one line, with nothing before it on that line";
    static final String OTHER_TYPE = "no message has this type; the types are " + String.join(", ", MessageTypes.KNOWN);

    private static final int MOST_SEARCHED = 64 * 1024;

    /** Also inside of a string, where the quotes are escaped. */
    private static final Pattern WITHIN = Pattern.compile("\\\\?[\"']type\\\\?[\"']\\s*:\\s*\\\\?[\"']"
            + "(result|error|usage|await_children|child|checkpoint)\\\\?[\"']");

    /** What stands within a string is escaped, unless the string is cut off. */
    private static final Pattern PLAINLY_WITHIN =
            Pattern.compile("\"type\"\\s*:\\s*\"(result|error|usage|await_children|child)\"");

    private NearMisses() {}

    /** What type an object with another {@code type} seems to mean. */
    static Optional<String> of(Json object) {
        if (object.has("type")) {
            return object.text("type").flatMap(MessageTypes::meant);
        }
        return object.fields().entrySet().stream()
                .filter(field -> field.getKey().equalsIgnoreCase("type"))
                .filter(field -> field.getValue().isText())
                .findFirst()
                .flatMap(field -> MessageTypes.meant(field.getValue().asText()));
    }

    /** The type of a message that seems to stand within a text. */
    static Optional<String> inText(String text) {
        if (!text.contains("type")) {
            return Optional.empty();
        }
        Matcher found = WITHIN.matcher(text.substring(0, Math.min(text.length(), MOST_SEARCHED)));
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    /** The types whose loss is grave, of all messages that seem to stand within what could not be read. */
    static List<String> graveIn(String text) {
        return PLAINLY_WITHIN
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
