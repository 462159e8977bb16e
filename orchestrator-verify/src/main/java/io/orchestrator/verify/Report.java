package io.orchestrator.verify;

import io.orchestrator.verify.Finding.Verdict;
import java.util.List;

/**
 * All findings of one check, in the order of the invariants.
 *
 * @param notes what else a reader should know, such as a torn last line of the journal
 */
public record Report(List<Finding> findings, List<String> notes) {
    public Report {
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }

    /** Whether nothing is broken; skipped invariants do not count. */
    public boolean held() {
        return count(Verdict.BROKEN) == 0;
    }

    public long count(Verdict verdict) {
        return findings.stream().filter(f -> f.verdict() == verdict).count();
    }

    /** For people: one line for each invariant, and the rows below those that are broken. */
    public String text() {
        return ReportText.of(this);
    }

    /** For programs: one JSON object. */
    public String json() {
        return ReportJson.of(this);
    }
}
