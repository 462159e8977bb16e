package io.orchestrator.json;

/** Halves of surrogate pairs that stand alone: JSON can write them ({@code "\ud800"}), UTF-8 cannot. */
final class Surrogates {
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
