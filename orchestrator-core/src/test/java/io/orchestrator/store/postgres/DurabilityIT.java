package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.testing.servers.TestServers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a commit is worth, and servers that take none. */
class DurabilityIT {
    private final DatabaseUrl url = TestServers.newDatabase();

    private void set(String setting) {
        TestServers.execute(
                url, "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET " + setting + "'; END $$");
    }

    private void makeTable() {
        TestServers.execute(url, "CREATE TABLE noted (n int)");
    }

    private static void note(Database database, int n) {
        database.inTransaction(dsl -> Sql.send(dsl, "INSERT INTO noted VALUES (?)", n));
    }

    private static int noteAndAsk(Database database, int n) {
        return database.transaction(dsl -> Sql.execute(dsl, "INSERT INTO noted VALUES (?)", n));
    }

    @ParameterizedTest
    @CsvSource({"off, on", "local, local", "remote_write, remote_write"})
    void commits_are_synchronous_whatever_the_database_says_and_no_more_than_that(String ofDatabase, String ofEngine) {
        set("synchronous_commit = " + ofDatabase);
        try (Database database = Database.open(url, "durable", 1)) {
            List<String> found =
                    database.read(dsl -> Sql.fetch(dsl, "SHOW synchronous_commit", row -> row.getString(1)));
            assertThat(found).containsExactly(ofEngine);
        }
    }

    /** As when the server gives up waiting for its standby: the commit is answered, and a warning comes with it. */
    @Test
    void a_commit_that_comes_with_a_warning_counts_as_unknown() {
        makeTable();
        TestServers.execute(url, """
                CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE WARNING 'nobody has confirmed it'; RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON noted DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION warn();
                """);
        try (Database database = Database.open(url, "durable", 1)) {
            assertThatExceptionOfType(StoreUnavailable.class)
                    .isThrownBy(() -> note(database, 1))
                    .withMessageContaining("nobody has confirmed it");
            assertThatExceptionOfType(StoreUnavailable.class)
                    .isThrownBy(() -> noteAndAsk(database, 2))
                    .withMessageContaining("nobody has confirmed it");
        }
        assertThat(new Rows(url).all("SELECT n FROM noted")).hasSize(2);
    }

    @Test
    void a_warning_before_the_commit_says_nothing_about_it() {
        makeTable();
        try (Database database = Database.open(url, "durable", 1)) {
            int changed = database.transaction(dsl -> {
                dsl.execute("DO $$ BEGIN RAISE WARNING 'something else'; END $$");
                return Sql.execute(dsl, "INSERT INTO noted VALUES (1)");
            });
            assertThat(changed).isEqualTo(1);
        }
    }

    /** A session of a server that became a standby stays one that takes no writes. */
    @Test
    void a_connection_that_takes_no_writes_is_left_for_another() {
        makeTable();
        set("default_transaction_read_only = on");
        try (Database database = Database.open(url, "durable", 1)) {
            assertThatExceptionOfType(StoreUnavailable.class)
                    .isThrownBy(() -> noteAndAsk(database, 1))
                    .withMessageContaining("takes no writes");
            TestServers.execute(
                    url,
                    "SET TRANSACTION READ WRITE; DO $$ BEGIN EXECUTE 'ALTER DATABASE '"
                            + " || current_database() || ' RESET default_transaction_read_only'; END $$");
            // The pool may have made its next connection before it was reset.
            await().ignoreExceptionsInstanceOf(StoreUnavailable.class).until(() -> noteAndAsk(database, 2) == 1);
            set("default_transaction_read_only = on");
        }
        try (Database database = Database.open(url, "durable", 1)) {
            assertThatExceptionOfType(StoreUnavailable.class)
                    .isThrownBy(() -> database.statement(dsl -> Sql.execute(dsl, "INSERT INTO noted VALUES (3)")));
            TestServers.execute(
                    url,
                    "SET TRANSACTION READ WRITE; DO $$ BEGIN EXECUTE 'ALTER DATABASE '"
                            + " || current_database() || ' RESET default_transaction_read_only'; END $$");
            await().ignoreExceptionsInstanceOf(StoreUnavailable.class)
                    .until(() -> database.statement(dsl -> Sql.execute(dsl, "INSERT INTO noted VALUES (4)")) == 1);
        }
    }
}
