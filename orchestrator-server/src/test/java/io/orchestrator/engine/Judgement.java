package io.orchestrator.engine;

import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.verify.Bounds;
import io.orchestrator.verify.Finding;
import io.orchestrator.verify.Report;
import io.orchestrator.verify.Scope;
import io.orchestrator.verify.Verification;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The independent checker's word on a database whose work should be done. */
final class Judgement {
    private Judgement() {}

    /** The names of the rules that are broken. */
    static Set<String> of(DatabaseUrl url, Path journal) {
        return of(url, Scope.EVERYTHING.withJournal(journal).whenDrained());
    }

    static Set<String> of(DatabaseUrl url) {
        return of(url, Scope.EVERYTHING.whenDrained());
    }

    private static Set<String> of(DatabaseUrl url, Scope scope) {
        Report report = Verification.run(url.jdbc(), url.user(), url.password(), scope, Bounds.DEFAULT);
        return report.findings().stream()
                .map(Finding::rows)
                .flatMap(rows -> rows.stream().map(row -> row.rule().name()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
