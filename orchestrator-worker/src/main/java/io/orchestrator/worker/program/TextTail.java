package io.orchestrator.worker.program;

import java.util.Arrays;

/** The last bytes of a stream, as text. Not thread-safe. */
final class TextTail {
    private final byte[] ring;
    private long written;

    TextTail(int maxBytes) {
        ring = new byte[maxBytes];
    }

    void addLine(byte[] line) {
        for (byte b : line) {
            add(b);
        }
        add((byte) '\n');
    }

    /** Without white space at the end; starts with a mark when something was left out before. */
    String text() {
        int size = (int) Math.min(written, ring.length);
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = ring[(int) ((written - size + i) % ring.length)];
        }
        int from = 0;
        while (written > size && from < Math.min(3, size) && isContinuation(bytes[from])) {
            from++;
        }
        String text = PlainText.of(Arrays.copyOfRange(bytes, from, size)).stripTrailing();
        return written > size ? "…" + text : text;
    }

    private void add(byte b) {
        ring[(int) (written++ % ring.length)] = b;
    }

    /** A cut through a character of UTF-8 leaves bytes of this kind. */
    private static boolean isContinuation(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
