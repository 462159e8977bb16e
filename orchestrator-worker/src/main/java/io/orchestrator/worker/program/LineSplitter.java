package io.orchestrator.worker.program;

import java.util.Arrays;

/** Cuts a stream of bytes into lines of a bounded length. Not thread-safe. */
final class LineSplitter {
    private static final int INITIAL_BYTES = 1_024;

    /** Receives lines without their line feed. */
    interface Sink {
        void line(byte[] line);

        /** The first bytes, as many as are allowed, of a line that is longer; what follows starts a new line. */
        void tooLong(byte[] head);
    }

    private final int maxBytes;
    private final Sink sink;
    private byte[] line = new byte[INITIAL_BYTES];
    private int length;

    LineSplitter(int maxBytes, Sink sink) {
        this.maxBytes = maxBytes;
        this.sink = sink;
    }

    void feed(byte[] bytes, int count) {
        int from = 0;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                append(bytes, from, i);
                sink.line(take());
                from = i + 1;
            }
        }
        append(bytes, from, count);
    }

    /** The stream has ended: what is there without a line feed is a line as well. */
    void finish() {
        if (length > 0) {
            sink.line(take());
        }
    }

    private void append(byte[] bytes, int start, int end) {
        int from = start;
        while (end - from > maxBytes - length) {
            int fits = maxBytes - length;
            copy(bytes, from, fits);
            from += fits;
            sink.tooLong(take());
        }
        copy(bytes, from, end - from);
    }

    private void copy(byte[] bytes, int from, int count) {
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.min(maxBytes, Math.max(length + count, line.length * 2)));
        }
        System.arraycopy(bytes, from, line, length, count);
        length += count;
    }

    private byte[] take() {
        byte[] taken = Arrays.copyOf(line, length);
        length = 0;
        if (line.length > INITIAL_BYTES) {
            line = new byte[INITIAL_BYTES];
        }
        return taken;
    }
}
