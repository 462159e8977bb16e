package io.orchestrator.worker.program;

/** What a program printed, as its output when it sends no result: lines joined by line feeds, up to a size. */
final class CollectedText {
    private final StringBuilder text = new StringBuilder();
    private final int maxChars;
    private boolean empty = true;
    private boolean truncated;

    CollectedText(int maxChars) {
        this.maxChars = maxChars;
    }

    void addLine(String line) {
        if (truncated) {
            return;
        }
        if (!empty) {
            text.append('\n');
        }
        empty = false;
        int room = maxChars - text.length();
        if (line.length() <= room) {
            text.append(line);
        } else {
            text.append(line, 0, Math.max(0, room))
                    .append("\n… (truncated: more than ")
                    .append(maxChars / 1024);
            text.append(" KiB of text)");
            truncated = true;
        }
    }

    /** Cutting may have split a pair of surrogates, hence cleaned. */
    String text() {
        return PlainText.clean(text.toString());
    }
}
