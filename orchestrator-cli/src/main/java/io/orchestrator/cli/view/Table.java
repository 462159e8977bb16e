package io.orchestrator.cli.view;

import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns. Not thread-safe. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int widest;

    /** A table with a header; no cell takes more than {@code widest} characters, but for the last of a row. */
    public Table(int widest, String... header) {
        this.widest = widest;
        rows.add(List.of(header));
    }

    /** Adds a row; the same number of cells as the header has. */
    public Table row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells in a table of "
                    + rows.getFirst().size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    public List<String> lines() {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < rows.getFirst().size(); column++) {
            widths.add(width(column));
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private int width(int column) {
        return rows.stream()
                .mapToInt(row ->
                        cell(row, column).codePointCount(0, cell(row, column).length()))
                .max()
                .orElse(0);
    }

    private String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String cell = cell(row, column);
            line.append(cell)
                    .repeat(' ', widths.get(column) - cell.codePointCount(0, cell.length()))
                    .append(GAP);
        }
        return line.toString().stripTrailing();
    }

    private String cell(List<String> row, int column) {
        boolean isLast = column == row.size() - 1;
        // Reasons stand last, and the end of a reason is its cause.
        return isLast ? Shortened.ends(row.get(column), 4 * widest) : Shortened.line(row.get(column), widest);
    }
}
