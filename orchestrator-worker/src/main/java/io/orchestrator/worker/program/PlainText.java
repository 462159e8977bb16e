package io.orchestrator.worker.program;

import io.orchestrator.json.Json;
import io.orchestrator.json.StorableText;
import java.nio.charset.StandardCharsets;

/**
 * Text that a database takes. Programs may print any bytes; what is no UTF-8, the NUL character and halves of surrogate
 * pairs become U+FFFD, also where they are hidden in the escapes of a JSON document.
 */
final class PlainText {
    private PlainText() {}

    static String of(byte[] bytes) {
        return clean(new String(bytes, StandardCharsets.UTF_8));
    }

    static String clean(String text) {
        return StorableText.characters(text);
    }

    /** Of JSON text that was cleaned: whether its values may still hold what has to be replaced. */
    static boolean hasEscapes(String jsonText) {
        return jsonText.contains("\\u");
    }

    static Json clean(Json value) {
        return StorableText.document(value);
    }
}
