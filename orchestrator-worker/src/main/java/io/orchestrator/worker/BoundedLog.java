package io.orchestrator.worker;

import java.util.function.Consumer;

/** Forwards log lines up to a size per attempt, then says once that there is no more here. Thread-safe. */
final class BoundedLog {
    private static final int MAX_LINE_CHARS = 8 * 1024;

    /** Makes many tiny lines count for what they cost. */
    private static final int LINE_OVERHEAD_CHARS = 16;

    private final Consumer<String> target;
    private final String what;
    private final int maxChars;
    private int usedChars;
    private boolean closed;

    BoundedLog(Consumer<String> target, String what, int maxChars) {
        this.target = target;
        this.what = what;
        this.maxChars = maxChars;
    }

    synchronized void add(String line) {
        if (closed || line.isBlank()) {
            return;
        }
        String shown = line.length() > MAX_LINE_CHARS ? line.substring(0, MAX_LINE_CHARS) + "…" : line;
        if (usedChars + shown.length() + LINE_OVERHEAD_CHARS > maxChars) {
            closed = true;
            target.accept("no further " + what + " is logged here for this attempt: it is more than " + maxChars / 1024
                    + " KiB. All that is kept: orchestrator logs TASK");
            return;
        }
        usedChars += shown.length() + LINE_OVERHEAD_CHARS;
        target.accept(shown);
    }
}
