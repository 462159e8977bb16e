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

    /** The same for a value read from this source, of which only escapes can bring in what has to be replaced. */
    static Json clean(Json value, String source) {
        return source.contains("\\u") ? StorableText.document(value) : value;
    }
}
