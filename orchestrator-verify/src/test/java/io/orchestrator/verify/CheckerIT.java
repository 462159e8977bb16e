package io.orchestrator.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.verify.Finding.Row;
import io.orchestrator.verify.Finding.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckerIT {
    private final Checker checker = new Checker(Bounds.DEFAULT.withProcess(Duration.ZERO));
    private final History history = History.of(false);

    @TempDir
    Path directory;

    @AfterAll
    void close() {
        history.close();
    }

    static List<Mutation> mutations() {
        return Mutations.all();
    }

    @Test
    void everything_holds_for_what_the_engine_makes() throws Exception {
        try (Connection connection = history.connect()) {
            Report report = checker.check(connection, Scope.EVERYTHING.withJournal(journal(List.of())));
            assertThat(report.held()).as(report.text()).isTrue();
            assertThat(report.findings())
                    .hasSize(16)
                    .extracting(f -> f.invariant().id())
                    .doesNotHaveDuplicates();
            assertThat(report.count(Verdict.SKIPPED)).as(report.text()).isZero();
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    @Test
    void each_run_by_itself_holds() throws Exception {
        Path journal = journal(List.of());
        try (Connection connection = history.connect()) {
            for (String name : List.of(
                    "done",
                    "failed",
                    "cancelled",
                    "late",
                    "dead",
                    "family",
                    "broke",
                    "again",
                    "retried",
                    "back",
                    "live",
                    "retrying",
                    "waiting",
                    "held")) {
                Scope scope = Scope.EVERYTHING
                        .ofRun(history.fill("${" + name + ".run}"))
                        .withJournal(journal);
                Report report = checker.check(connection, scope);
                assertThat(report.held()).as(report.text()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void a_damage_breaks_its_rule_and_no_other(Mutation mutation) throws Exception {
        assertThat(brokenBy(mutation, Scope.EVERYTHING)).isEqualTo(expected(mutation));
    }

    @Test
    void every_rule_has_a_damage_that_breaks_it() {
        Set<String> known = Checker.invariants().stream()
                .flatMap(invariant -> invariant.rules().stream())
                .map(Rule::name)
                .collect(Collectors.toCollection(TreeSet::new));
        known.removeAll(Set.of("drained-of-tasks", "drained-of-runs", "orphan-process"));
        Set<String> damaged = mutations().stream().map(Mutation::rule).collect(Collectors.toSet());
        assertThat(damaged).as("drained and processes have tests of their own").isEqualTo(known);
    }

    @Test
    void live_work_is_broken_only_when_all_should_be_done() throws Exception {
        assertThat(brokenBy(Mutation.of("nothing"), Scope.EVERYTHING.whenDrained()))
                .containsExactlyInAnyOrder("drained-of-tasks", "drained-of-runs");
        try (History drained = History.of(true);
                Connection connection = drained.connect()) {
            Report report = checker.check(connection, Scope.EVERYTHING.whenDrained());
            assertThat(report.held()).as(report.text()).isTrue();
        }
    }

    @Test
    void a_damage_of_another_run_is_not_seen() throws Exception {
        Mutation elsewhere = Mutation.of("run-usage", "UPDATE runs SET tokens = 77 WHERE id = '${live.run}'");
        Scope done = Scope.EVERYTHING.ofRun(history.fill("${done.run}"));
        assertThat(brokenBy(elsewhere, done)).isEmpty();
    }

    @Test
    void rows_are_bounded_and_counted_in_full() throws Exception {
        Mutation many = Mutation.of(
                "event-of-a-run",
                "INSERT INTO events (run_id, seq, kind) SELECT 'run-lost-' || i, 1, 'x' FROM generate_series(1, 57) AS g(i)");
        Finding finding = damaged(many, Scope.EVERYTHING).findings().stream()
                .filter(f -> f.verdict() == Verdict.BROKEN)
                .findFirst()
                .orElseThrow();
        assertThat(finding.total()).isEqualTo(57);
        assertThat(finding.rows()).hasSize(Finding.MOST_ROWS);
    }

    @Test
    void the_beginning_of_a_log_may_be_missing_only_where_retention_may_have_taken_it() throws Exception {
        String cut = "DELETE FROM events WHERE run_id = '${done.run}' AND seq <= 5";
        String age = "UPDATE runs SET created_at = now() - interval '2 days' WHERE id = '${done.run}'";
        assertThat(brokenBy(Mutation.of("none", cut, age), Scope.EVERYTHING)).isEmpty();
        assertThat(brokenBy(Mutation.of("none", cut), Scope.EVERYTHING)).contains("event-numbers");
        String hole = "DELETE FROM events WHERE run_id = '${done.run}' AND seq = 7";
        assertThat(brokenBy(Mutation.of("none", cut, hole, age), Scope.EVERYTHING))
                .contains("event-numbers");
    }

    @Test
    void without_a_journal_its_rules_are_skipped_with_the_reason() throws Exception {
        try (Connection connection = history.connect()) {
            Report report = checker.check(connection, Scope.EVERYTHING);
            assertThat(report.findings())
                    .filteredOn(f -> f.verdict() == Verdict.SKIPPED)
                    .extracting(f -> f.invariant().id())
                    .containsExactly("I4", "I5");
            assertThat(report.text()).contains("keyed-effect-once: no journal was given");
        }
    }

    @Test
    void a_run_that_does_not_exist_is_not_said_to_hold() throws Exception {
        try (Connection connection = history.connect()) {
            assertThatThrownBy(() -> checker.check(connection, Scope.EVERYTHING.ofRun("run-none")))
                    .isInstanceOf(VerificationException.class)
                    .hasMessageContaining("run-none");
        }
    }

    @Test
    void a_check_from_the_outside_opens_its_own_connection() {
        var url = history.url();
        Report report = Verification.run(
                "jdbc:postgresql://" + url.host() + ":" + url.port() + "/" + url.database(),
                url.user(),
                url.password(),
                Scope.EVERYTHING,
                Bounds.DEFAULT);
        assertThat(report.held()).as(report.text()).isTrue();
        assertThatThrownBy(() -> Verification.run(
                        "jdbc:postgresql://" + url.host() + ":1/none",
                        Optional.of("nobody"),
                        Optional.of("secret-word"),
                        Scope.EVERYTHING,
                        Bounds.DEFAULT))
                .isInstanceOf(VerificationException.class)
                .hasMessageNotContaining("secret-word");
    }

    private static Set<String> expected(Mutation mutation) {
        Set<String> rules = new HashSet<>(mutation.also());
        rules.add(mutation.rule());
        return rules;
    }

    private Set<String> brokenBy(Mutation mutation, Scope scope) throws Exception {
        return damaged(mutation, scope).findings().stream()
                .flatMap(finding -> finding.rows().stream())
                .map(Row::rule)
                .map(Rule::name)
                .collect(Collectors.toSet());
    }

    /** The damage is rolled back, so that all damages start from the same history. */
    private Report damaged(Mutation mutation, Scope scope) throws SQLException, IOException {
        Path journal = journal(mutation.journal());
        try (Connection connection = history.connect()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                for (String sql : mutation.sql()) {
                    assertThat(statement.executeUpdate(history.fill(sql)))
                            .as("rows changed by " + sql)
                            .isPositive();
                }
                return checker.checkWithin(connection, scope.withJournal(journal));
            } finally {
                connection.rollback();
            }
        }
    }

    private Path journal(List<String> more) throws IOException {
        List<String> lines = new ArrayList<>(history.journal());
        more.forEach(line -> lines.add(history.fill(line).replace('\'', '"')));
        return Files.write(Files.createTempFile(directory, "journal", ".ndjson"), lines);
    }
}
