package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.store.SchemaConflict;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.testing.servers.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MigratorIT {
    private final DatabaseUrl database = TestServers.newDatabase();

    /** Found by the fault suite: a service that lost Postgres while it started reported a bug of its own. */
    @Test
    void a_connection_lost_while_looking_at_the_schema_is_an_outage_and_no_bug() throws SQLException {
        new Migrator(database).migrate();
        DatabaseUrl impatient = new DatabaseUrl(
                database.host(),
                database.port(),
                database.database(),
                database.user(),
                database.password(),
                Optional.of("socketTimeout=1"));
        try (Connection other = TestServers.connect(database);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE flyway_schema_history IN ACCESS EXCLUSIVE MODE");
            assertThatThrownBy(() -> new Migrator(impatient).isCurrent())
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("Postgres went away");
            other.rollback();
        }
        assertThat(new Migrator(impatient).isCurrent()).isTrue();
    }

    @Test
    void the_tables_of_others_stay_beside_ours() {
        DatabaseUrl shared = TestServers.newEmptyDatabase();
        TestServers.execute(shared, "CREATE TABLE customers (id int); INSERT INTO customers VALUES (7)");

        assertThat(new Migrator(shared).migrate()).isPositive();

        assertThat(new Migrator(shared).isCurrent()).isTrue();
        assertThat(new Migrator(shared).migrate()).isZero();
        assertThat(new Rows(shared).one("SELECT id FROM customers")).containsEntry("id", 7);
        assertThat(new Rows(shared).all("SELECT * FROM runs")).isEmpty();
    }

    @Test
    void a_name_that_others_have_taken_is_told_and_nothing_is_changed() {
        DatabaseUrl shared = TestServers.newEmptyDatabase();
        TestServers.execute(shared, "CREATE TABLE tasks (id int); CREATE VIEW runs AS SELECT 1 AS one");

        assertThatThrownBy(() -> new Migrator(shared).migrate())
                .isInstanceOf(SchemaConflict.class)
                .hasMessageContaining(
                        "schema 'public' holds tables or views with names that Orchestrator needs: runs, tasks")
                .hasMessageContaining("currentSchema=orchestrator");
        assertThat(new Rows(shared).all("SELECT 1 FROM pg_class WHERE relname = 'flyway_schema_history'"))
                .isEmpty();

        DatabaseUrl own = with(shared, "currentSchema=orchestrator");
        assertThat(new Migrator(own).isCurrent()).isFalse();
        assertThat(new Migrator(own).migrate()).isPositive();
        assertThat(new Migrator(own).isCurrent()).isTrue();
        assertThat(new Rows(shared).all("SELECT * FROM orchestrator.tasks")).isEmpty();
        assertThat(new Rows(shared).one("SELECT one FROM public.runs")).containsEntry("one", 1);
    }

    @Test
    void a_name_that_only_a_migration_finds_taken_is_told_and_that_migration_is_undone() {
        DatabaseUrl shared = TestServers.newEmptyDatabase();
        TestServers.execute(shared, "CREATE TABLE events_default (id int)");

        assertThatThrownBy(() -> new Migrator(shared).migrate())
                .isInstanceOf(SchemaConflict.class)
                .hasMessageContaining("events_default")
                .hasMessageContaining("currentSchema=orchestrator");
    }

    @Test
    void our_tables_without_their_history_are_told() {
        TestServers.execute(database, "DROP TABLE flyway_schema_history");

        assertThatThrownBy(() -> new Migrator(database).migrate())
                .isInstanceOf(SchemaConflict.class)
                .hasMessageContaining("holds all tables of Orchestrator, but no history of its migrations");
    }

    @Test
    void the_history_of_another_program_is_not_taken_for_ours() {
        DatabaseUrl shared = TestServers.newEmptyDatabase();
        TestServers.execute(
                shared,
                "CREATE TABLE flyway_schema_history AS SELECT 1 AS installed_rank, '20240101'::text AS version,"
                        + " 'shop'::text AS description, 'SQL'::text AS type, 'V20240101__shop.sql'::text AS script,"
                        + " 1 AS checksum, current_user::text AS installed_by, now() AS installed_on,"
                        + " 1 AS execution_time, true AS success");

        for (ThrowingCallable look : List.<ThrowingCallable>of(
                () -> new Migrator(shared).migrate(), () -> new Migrator(shared).isCurrent())) {
            assertThatThrownBy(look)
                    .isInstanceOf(SchemaConflict.class)
                    .hasMessageContaining("tells of the migrations of another program")
                    .hasMessageContaining("V20240101__shop.sql");
        }
    }

    @Test
    void a_user_without_the_right_is_told_so() {
        DatabaseUrl empty = TestServers.newEmptyDatabase();
        String name = "guest_of_" + empty.database();
        TestServers.execute(empty, "CREATE ROLE " + name + " LOGIN PASSWORD 'secret'");
        DatabaseUrl guest = new DatabaseUrl(
                empty.hosts(), empty.database(), Optional.of(name), Optional.of("secret"), empty.parameters());

        assertThatThrownBy(() -> new Migrator(guest).migrate())
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("lacks a right")
                .hasMessageContaining("schema public");
        assertThatThrownBy(() -> new Migrator(with(guest, "currentSchema=mine")).migrate())
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("lacks a right");
    }

    private static DatabaseUrl with(DatabaseUrl url, String query) {
        return new DatabaseUrl(url.hosts(), url.database(), url.user(), url.password(), UrlParameters.parse(query));
    }
}
