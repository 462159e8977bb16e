package io.orchestrator.json;

/**
 * Text without U+0000, which Postgres cannot hold: it becomes U+FFFD. For what agents say, which is kept all the same;
 * documents that users write are refused by {@link UnstorableValue} instead.
 */
public final class NulFree {
    private static final char NUL = '\0';
    private static final char REPLACEMENT = '\uFFFD';

    private NulFree() {}

    /** Plain text as a text column can hold it. */
    public static String text(String text) {
        return text.indexOf(NUL) < 0 ? text : text.replace(NUL, REPLACEMENT);
    }

    /** As {@link #text}, and without halves of surrogate pairs that stand alone, which no text in UTF-8 can hold. */
    public static String plainText(String text) {
        return text(Surrogates.replaceLone(text, REPLACEMENT));
    }

    /** The value's JSON text as a jsonb column can hold it. */
    public static String json(Json value) {
        return withoutEscapedNul(value.toString());
    }

    /** The writer escapes U+0000; an escape is one where the number of backslashes before the {@code u} is odd. */
    private static String withoutEscapedNul(String json) {
        int at = json.indexOf("\\u0000");
        if (at < 0) {
            return json;
        }
        StringBuilder out = new StringBuilder(json);
        while (at >= 0) {
            int slashes = 0;
            while (at - slashes - 1 >= 0 && out.charAt(at - slashes - 1) == '\\') {
                slashes++;
            }
            if (slashes % 2 == 0) {
                out.replace(at, at + 6, String.valueOf(REPLACEMENT));
            }
            at = out.indexOf("\\u0000", at + 1);
        }
        return out.toString();
    }
}
