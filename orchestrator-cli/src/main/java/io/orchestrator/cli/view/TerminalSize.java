package io.orchestrator.cli.view;

/** The room there is on a terminal, in characters. */
public record TerminalSize(int columns, int rows) {
    public static final TerminalSize USUAL = new TerminalSize(80, 24);

    /** A terminal that says it has no room at all is taken for a usual one. */
    public TerminalSize {
        columns = columns < 1 ? 80 : columns;
        rows = rows < 1 ? 24 : rows;
    }
}
