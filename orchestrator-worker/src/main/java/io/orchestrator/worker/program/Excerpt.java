package io.orchestrator.worker.program;

/** A line as far as a message or an event shows it: how it begins, and how it ends. */
final class Excerpt {
    private static final int HEAD_CHARS = 240;
    private static final int TAIL_CHARS = 60;

    private Excerpt() {}

    static String of(String line) {
        String text = line.strip();
        if (text.length() <= HEAD_CHARS + TAIL_CHARS) {
            return text;
        }
        // Cutting may split a pair of surrogates.
        return PlainText.clean(text.substring(0, HEAD_CHARS)) + " … "
                + PlainText.clean(text.substring(text.length() - TAIL_CHARS)) + " (" + text.length() + " characters)";
    }
}
