package io.orchestrator.cli.view;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A block of lines at the bottom of a terminal, redrawn in place; other output goes above it. Thread-safe, so that a log
 * line of another thread does not end up inside the block.
 */
public final class Screen {
    private static final String ESC = "\033[";

    private final PrintStream terminal;
    private List<String> shown = List.of();

    public Screen(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** Replaces the block; lines must fit the terminal's width, or the cursor is lost. */
    public synchronized void show(List<String> lines) {
        if (!lines.equals(shown)) {
            draw("", lines);
        }
    }

    /** Takes the block away. */
    public void clear() {
        show(List.of());
    }

    /** A stream whose whole lines appear above the block. */
    public PrintStream above() {
        return new PrintStream(new LinesAbove(), true, StandardCharsets.UTF_8);
    }

    private synchronized void print(String text) {
        draw(text, shown);
    }

    /** In one write, so that nothing flickers. */
    private void draw(String above, List<String> lines) {
        StringBuilder drawing = new StringBuilder();
        if (!shown.isEmpty()) {
            drawing.append(ESC).append(shown.size()).append('A');
        }
        drawing.append('\r').append(ESC).append('J').append(above);
        lines.forEach(line -> drawing.append(line).append('\n'));
        terminal.print(drawing);
        terminal.flush();
        shown = List.copyOf(lines);
    }

    /** Gathers bytes up to the end of a line. */
    private final class LinesAbove extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int b) {
            line.write(b);
            if (b == '\n') {
                print(line.toString(StandardCharsets.UTF_8));
                line.reset();
            }
        }
    }
}
