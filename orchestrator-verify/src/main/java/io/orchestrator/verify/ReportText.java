package io.orchestrator.verify;

import io.orchestrator.verify.Finding.Row;
import io.orchestrator.verify.Finding.Verdict;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report as people read it. */
final class ReportText {
    private final StringBuilder out = new StringBuilder();

    private ReportText() {}

    static String of(Report report) {
        ReportText text = new ReportText();
        report.findings().forEach(text::finding);
        report.notes().forEach(note -> text.line("note: " + note));
        text.line("%d invariants: %d held, %d broken, %d skipped"
                .formatted(
                        report.findings().size(),
                        report.count(Verdict.HELD),
                        report.count(Verdict.BROKEN),
                        report.count(Verdict.SKIPPED)));
        return text.out.toString();
    }

    private void finding(Finding finding) {
        line("%-4s %-8s %s"
                .formatted(
                        finding.invariant().id(),
                        word(finding.verdict()),
                        finding.invariant().title()));
        Rule last = null;
        for (Row row : finding.rows()) {
            if (!row.rule().equals(last)) {
                line("       " + row.rule().name() + ": " + row.rule().brokenMeans());
                last = row.rule();
            }
            line("         " + columns(row));
        }
        if (finding.total() > finding.rows().size()) {
            line("         and " + (finding.total() - finding.rows().size()) + " more");
        }
        finding.skipped().forEach(reason -> line("       not checked: " + reason));
    }

    private static String word(Verdict verdict) {
        return verdict == Verdict.BROKEN ? "BROKEN" : verdict.name().toLowerCase(Locale.ROOT);
    }

    private static String columns(Row row) {
        return row.columns().entrySet().stream()
                .map(column -> column.getKey() + "=" + oneLine(column.getValue()))
                .collect(Collectors.joining("  "));
    }

    /** What an agent wrote may hold anything, also what would move a terminal's cursor. */
    private static String oneLine(String value) {
        return value.replaceAll("\\p{Cntrl}", " ");
    }

    private void line(String line) {
        out.append(line).append('\n');
    }
}
