package io.orchestrator.verify;

import io.orchestrator.verify.Finding.Row;
import io.orchestrator.verify.Finding.Verdict;
import io.orchestrator.verify.Snapshot.Found;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks every invariant against one snapshot of the database. It writes nothing and locks no row, so it
 * may run beside a working system; only dropping old partitions of the event log waits for it. Thread-safe; a connection
 * serves one check at a time.
 */
public final class Checker {
    private final Bounds bounds;
    private final ProcessTable processes;

    public Checker(Bounds bounds) {
        this(bounds, ProcessTable.ofThisHost());
    }

    Checker(Bounds bounds, ProcessTable processes) {
        this.bounds = bounds;
        this.processes = processes;
    }

    /** All invariants, in order. */
    public static List<Invariant> invariants() {
        return List.of(
                TaskInvariants.oneEnd(),
                EpochInvariants.epochsGrow(),
                EpochInvariants.oneHolder(),
                EffectInvariants.keyedOnce(),
                EffectInvariants.allThere(),
                CheckpointInvariants.chain(),
                UsageInvariants.sums(),
                TimerInvariants.kept(),
                RetryInvariants.withinPolicy(),
                DeadlineInvariants.noLateStart(),
                StageInvariants.progress(),
                PoisonInvariants.buriedInTime(),
                EventInvariants.noGaps(),
                LeaseInvariants.held(),
                ProcessInvariants.noOrphans(),
                FamilyInvariants.waitsForSomeone());
    }

    /**
     * Judges all invariants.
     *
     * @param connection to the engine's database, outside a transaction (in auto-commit mode), as it is again afterwards
     * @throws VerificationException when the check cannot be made
     */
    public Report check(Connection connection, Scope scope) {
        try {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                // Said for this transaction and not for the session, which may be shared behind a pooler.
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                return checkWithin(connection, scope);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new VerificationException("the database could not be read: " + e.getMessage(), e);
        }
    }

    /** As {@link #check}, in the transaction that the connection is in. */
    Report checkWithin(Connection connection, Scope scope) throws SQLException {
        // Before the journal is read, so that what the snapshot shows as done is in the journal already.
        takeSnapshot(connection, scope);
        Journal journal = scope.journal().map(Journal::read).orElse(Journal.NONE);
        Snapshot snapshot = new Snapshot(connection, Parameters.of(scope, bounds, journal, connection));
        OrphanSearch orphans = new OrphanSearch(connection, processes, bounds.process());
        List<Finding> findings = new ArrayList<>();
        for (Invariant invariant : invariants()) {
            findings.add(judge(invariant, scope, snapshot, orphans));
        }
        return new Report(findings, journal.note().stream().toList());
    }

    private static void takeSnapshot(Connection connection, Scope scope) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT FROM runs WHERE id = ?")) {
            statement.setString(1, scope.runId().orElse(""));
            try (var result = statement.executeQuery()) {
                if (!result.next() && scope.runId().isPresent()) {
                    throw new VerificationException(
                            "there is no run " + scope.runId().get() + " in this database");
                }
            }
        }
    }

    private static Finding judge(Invariant invariant, Scope scope, Snapshot snapshot, OrphanSearch orphans)
            throws SQLException {
        List<Row> rows = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        long total = 0;
        int judged = 0;
        for (Rule rule : invariant.rules()) {
            Optional<String> obstacle = obstacle(rule, scope, orphans);
            if (obstacle.isPresent()) {
                skipped.add(rule.name() + ": " + obstacle.get());
                continue;
            }
            judged++;
            Found found = switch (rule) {
                case Rule.Query query -> snapshot.find(query);
                case Rule.NoOrphans noOrphans -> orphans.find(noOrphans, scope);
            };
            total += found.total();
            rows.addAll(found.rows());
        }
        skipped.addAll(invariant.notChecked());
        Verdict verdict = judged == 0 ? Verdict.SKIPPED : total == 0 ? Verdict.HELD : Verdict.BROKEN;
        return new Finding(
                invariant, verdict, rows.subList(0, Math.min(rows.size(), Finding.MOST_ROWS)), total, skipped);
    }

    private static Optional<String> obstacle(Rule rule, Scope scope, OrphanSearch orphans) {
        return switch (rule) {
            case Rule.NoOrphans ignored -> orphans.obstacle();
            case Rule.Query query ->
                query.needs().stream()
                        .filter(need -> !need.isMet(scope))
                        .sorted()
                        .map(Need::absence)
                        .findFirst();
        };
    }
}
