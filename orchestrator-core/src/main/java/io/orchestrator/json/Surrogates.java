package io.orchestrator.json;

/** Halves of surrogate pairs that stand alone: JSON can write them ({@code "\ud800"}), UTF-8 cannot. */
final class Surrogates {
    /** Characters of an escape. */
    private static final int ESCAPE = 6;

    private Surrogates() {}

    /** Writes each lone half as its JSON escape, so that two texts which differ in them alone stay different in UTF-8. */
    static String escapeLone(String jsonText) {
        int lone = firstLone(jsonText, 0);
        if (lone < 0) {
            return jsonText;
        }
        StringBuilder out = new StringBuilder();
        int copied = 0;
        while (lone >= 0) {
            out.append(jsonText, copied, lone).append("\\u%04x".formatted((int) jsonText.charAt(lone)));
            copied = lone + 1;
            lone = firstLone(jsonText, copied);
        }
        return out.append(jsonText, copied, jsonText.length()).toString();
    }

    /**
     * JSON text in which each lone half that is written as an escape stands as itself: the parser takes such an escape in
     * the value of a field and throws at it in a name, and whoever refuses it has to know its place.
     */
    static String unescapeLone(String jsonText) {
        int at = nextEscape(jsonText, 0);
        if (at < 0) {
            return jsonText;
        }
        StringBuilder out = new StringBuilder(jsonText.length());
        int copied = 0;
        while (at >= 0) {
            int half = escapedHalf(jsonText, at);
            int length = half < 0 ? 2 : ESCAPE;
            if (half >= 0 && isPair(half, escapedHalf(jsonText, at + ESCAPE))) {
                length = 2 * ESCAPE;
            } else if (half >= 0) {
                out.append(jsonText, copied, at).append((char) half);
                copied = at + ESCAPE;
            }
            at = nextEscape(jsonText, at + length);
        }
        return copied == 0
                ? jsonText
                : out.append(jsonText, copied, jsonText.length()).toString();
    }

    private static int nextEscape(String text, int from) {
        return from >= text.length() ? -1 : text.indexOf('\\', from);
    }

    private static boolean isPair(int first, int second) {
        return second >= 0 && Character.isSurrogatePair((char) first, (char) second);
    }

    /** The half that is escaped here; -1 for anything else. */
    private static int escapedHalf(String text, int at) {
        if (at + ESCAPE > text.length() || text.charAt(at) != '\\' || text.charAt(at + 1) != 'u') {
            return -1;
        }
        int code = 0;
        for (int i = at + 2; i < at + ESCAPE; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0 || text.charAt(i) >= 0x80) {
                return -1;
            }
            code = code * 16 + digit;
        }
        return Character.isSurrogate((char) code) ? code : -1;
    }

    static String replaceLone(String text, char replacement) {
        int lone = firstLone(text, 0);
        if (lone < 0) {
            return text;
        }
        StringBuilder mended = new StringBuilder(text);
        while (lone >= 0) {
            mended.setCharAt(lone, replacement);
            lone = firstLone(text, lone + 1);
        }
        return mended.toString();
    }

    private static int firstLone(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) {
                continue;
            }
            if (i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                i++;
            } else {
                return i;
            }
        }
        return -1;
    }
}
