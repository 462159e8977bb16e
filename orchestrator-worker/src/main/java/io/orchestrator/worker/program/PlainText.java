package io.orchestrator.worker.program;

import io.orchestrator.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Text that a database takes. Programs may print any bytes; what is no UTF-8, the NUL character and halves of surrogate
 * pairs become U+FFFD, also where they are hidden in the escapes of a JSON document.
 */
final class PlainText {
    private static final char REPLACEMENT = '\uFFFD';

    private PlainText() {}

    static String of(byte[] bytes) {
        return clean(new String(bytes, StandardCharsets.UTF_8));
    }

    static String clean(String text) {
        StringBuilder copy = null;
        for (int i = 0; i < text.length(); i++) {
            if (isBad(text, i)) {
                copy = copy == null ? new StringBuilder(text) : copy;
                copy.setCharAt(i, REPLACEMENT);
            }
        }
        return copy == null ? text : copy.toString();
    }

    /** The same for a value read from this source, of which only escapes can bring in what has to be replaced. */
    static Json clean(Json value, String source) {
        return source.contains("\\u") ? clean(value) : value;
    }

    static Json clean(Json value) {
        if (value.isText()) {
            return Json.of(clean(value.asText()));
        }
        if (value.isArray()) {
            List<Json> elements = new ArrayList<>(value.size());
            value.elements().forEach(element -> elements.add(clean(element)));
            return Json.array(elements);
        }
        if (value.isObject()) {
            Json.ObjectBuilder fields = Json.builder();
            value.forEachField((name, field) -> fields.put(clean(name), clean(field)));
            return fields.build();
        }
        return value;
    }

    private static boolean isBad(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
        }
        return c == '\0';
    }
}
