package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.run.Ids;
import io.orchestrator.store.Retention;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who runs the services can do what they need and no more, and who looks can look and no more. */
class RolesIT {
    private static final String READONLY = "orchestrator_readonly";
    private static final String RUNTIME = "orchestrator_runtime";

    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final Rows owner = new Rows(tested.url);

    @AfterEach
    void close() {
        tested.close();
    }

    /** A user of this test that may log in as a member of the role. */
    private DatabaseUrl user(String role) {
        String name = role + "_of_" + tested.url.database();
        owner.execute("CREATE ROLE " + name + " LOGIN PASSWORD 'secret' IN ROLE " + role);
        return new DatabaseUrl(
                tested.url.host(),
                tested.url.port(),
                tested.url.database(),
                Optional.of(name),
                Optional.of("secret"),
                tested.url.query());
    }

    private static void refused(DatabaseUrl user, String sql) {
        assertThatThrownBy(() -> TestServers.execute(user, sql))
                .as(sql)
                .cause()
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    private List<String> relations() {
        return owner
                .all("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                        + " AND relkind IN ('r', 'p', 'v') AND NOT relispartition ORDER BY relname")
                .stream()
                .map(row -> String.valueOf(row.get("relname")))
                .toList();
    }

    @Test
    void both_roles_read_every_table_and_every_view() {
        Rows reader = new Rows(user(READONLY));
        Rows service = new Rows(user(RUNTIME));
        assertThat(relations()).contains("tasks", "events", "runs_not_moving");
        for (String relation : relations()) {
            assertThat(reader.all("SELECT * FROM " + relation + " LIMIT 1")).isNotNull();
            assertThat(service.all("SELECT * FROM " + relation + " LIMIT 1")).isNotNull();
        }
    }

    /** A migration that adds a table names it in grant_to_roles, and calls it again. */
    @Test
    void the_runtime_role_may_change_every_table_but_the_log_and_the_list_of_migrations() {
        List<String> tables = owner
                .all("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                        + " AND relkind = 'r' AND NOT relispartition AND NOT (has_table_privilege('" + RUNTIME
                        + "', oid, 'INSERT') AND has_table_privilege('" + RUNTIME + "', oid, 'UPDATE')"
                        + " AND has_table_privilege('" + RUNTIME + "', oid, 'DELETE'))")
                .stream()
                .map(row -> String.valueOf(row.get("relname")))
                .toList();
        assertThat(tables).containsExactly("flyway_schema_history");
    }

    @Test
    void the_read_only_role_writes_nothing_and_calls_nothing_that_does() {
        f.submit(ONE_TASK);
        DatabaseUrl reader = user(READONLY);
        for (String sql : List.of(
                "UPDATE runs SET name = 'x'",
                "DELETE FROM events",
                "INSERT INTO rounds VALUES ('x', clock_timestamp())",
                "TRUNCATE tasks",
                "SELECT cleanup_old_events(0)",
                "SELECT cleanup_fired_timers(0)",
                "SELECT ensure_event_partitions()",
                "SELECT grant_to_roles()",
                "CREATE TABLE mine (a int)")) {
            refused(reader, sql);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE mine (a int)",
                "DROP TABLE steps",
                "ALTER TABLE tasks ADD COLUMN a int",
                "TRUNCATE tasks",
                "UPDATE events SET kind = 'x'",
                "DELETE FROM events",
                "DELETE FROM events_default",
                "DELETE FROM flyway_schema_history",
                "SELECT grant_to_roles()"
            })
    void the_runtime_role_changes_no_schema_and_no_history(String sql) {
        refused(user(RUNTIME), sql);
    }

    @Test
    void the_runtime_role_finds_the_schema_current_and_keeps_its_house() {
        DatabaseUrl runtime = user(RUNTIME);
        assertThat(new Migrator(runtime).isCurrent()).isTrue();
        f.complete(f.claimOne(f.worker(), f.submit(ONE_TASK)), Json.NULL);
        owner.execute("UPDATE events SET at = at - interval '60 days'");
        owner.execute("DROP TABLE events_" + nextMonth());
        try (PostgresStore store = open(runtime)) {
            assertThat(store.retention().clean(Retention.Days.DEFAULT).events()).isPositive();
            assertThat(store.retention().prepareEventLog()).isEqualTo(1);
            String run = store.runs().list(1).getFirst().id();
            assertThat(store.deletions().begin(run)).isEmpty();
            assertThat(store.deletions().remove(run, 10)).isPositive();
        }
    }

    private String nextMonth() {
        return String.valueOf(owner.one(
                        "SELECT to_char(date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC') + interval '1 month',"
                                + " 'YYYY_MM') AS m")
                .get("m"));
    }

    private static PostgresStore open(DatabaseUrl url) {
        return PostgresStore.open(url, "runtime", 2, new Ids(new SystemClock(), new SecureRandom()));
    }

    /** An administrator can make them later; the migration goes through without. */
    @Test
    void whoever_may_not_make_roles_is_told_and_nothing_else_happens() throws SQLException {
        String name = "modest_" + tested.url.database();
        owner.execute("CREATE ROLE " + name + " LOGIN PASSWORD 'secret' NOCREATEROLE");
        owner.execute("GRANT EXECUTE ON FUNCTION grant_to_roles(text, text) TO " + name);
        DatabaseUrl modest = new DatabaseUrl(
                tested.url.host(),
                tested.url.port(),
                tested.url.database(),
                Optional.of(name),
                Optional.of("secret"),
                tested.url.query());
        try (Connection connection = TestServers.connect(modest);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT grant_to_roles('nobody_ro', 'nobody_rt')");
            assertThat(Objects.requireNonNull(statement.getWarnings(), "a notice")
                            .getMessage())
                    .contains("role nobody_ro was not made", name, "SELECT grant_to_roles()");
        }
        assertThat(owner.all("SELECT rolname FROM pg_roles WHERE rolname LIKE 'nobody%'"))
                .isEmpty();
    }

    @Test
    void a_second_database_of_the_cluster_is_granted_to_the_same_roles() {
        DatabaseUrl other = TestServers.newEmptyDatabase();
        new Migrator(other).migrate();
        assertThat(new Rows(other).one("SELECT has_table_privilege('" + READONLY + "', 'tasks', 'SELECT') AS may"))
                .containsEntry("may", true);
        assertThat(new Rows(other).one("SELECT grant_to_roles() AS granted")).containsEntry("granted", 2);
    }
}
