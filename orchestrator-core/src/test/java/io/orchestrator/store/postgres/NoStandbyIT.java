package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.orchestrator.embedded.Options;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.testing.servers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Postgres whose synchronous standby is gone: it commits, waits in vain, and answers with a warning. */
@Timeout(120)
class NoStandbyIT {
    private static final Duration STATEMENT = Duration.ofSeconds(1);

    private static TemporaryStack stack;
    private static DatabaseUrl url;

    private Database database;

    @BeforeAll
    static void start() {
        stack = TemporaryStack.open(Options.defaults());
        url = DatabaseUrl.parse(stack.databaseUrl());
        TestServers.execute(
                url,
                "CREATE TABLE noted (n int); CREATE ROLE plain LOGIN PASSWORD 'plain';"
                        + " GRANT SELECT, INSERT ON noted TO plain");
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @BeforeEach
    void open() {
        DatabaseUrl plain = new DatabaseUrl(
                url.hosts(), url.database(), Optional.of("plain"), Optional.of("plain"), url.parameters());
        database = Database.open(plain, "no-standby", 2, STATEMENT);
        standby("nobody");
    }

    @AfterEach
    void close() {
        standby("");
        database.close();
    }

    /** Sessions hear of it in their own time, and a new one at once. */
    private void standby(String name) {
        TestServers.execute(url, "ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
        TestServers.execute(url, "SELECT pg_reload_conf()");
        Awaitility.await()
                .until(() -> name.equals(
                        new Rows(url).one("SHOW synchronous_standby_names").get("synchronous_standby_names")));
    }

    private static void note(DSLContext dsl) {
        Sql.execute(dsl, "INSERT INTO noted VALUES (1)");
    }

    private static List<Integer> look(DSLContext dsl) {
        return Sql.fetch(dsl, "SELECT n FROM noted", row -> row.getInt("n"));
    }

    private static void isNotConfirmed(ThrowingCallable work) {
        assertThatExceptionOfType(StoreUnavailable.class)
                .isThrownBy(work)
                .withMessageContaining("no standby has confirmed it");
    }

    private void isNotConfirmed(Consumer<DSLContext> body) {
        isNotConfirmed(() -> database.inTransaction(body));
    }

    @Test
    void who_asks_again_is_not_told_that_it_is_done_before_a_standby_has_confirmed_it() {
        isNotConfirmed(NoStandbyIT::note);
        isNotConfirmed(NoStandbyIT::look);
        isNotConfirmed(() -> database.snapshot(NoStandbyIT::look));
        isNotConfirmed(() -> database.statement(NoStandbyIT::look));
        isNotConfirmed(() -> database.read(NoStandbyIT::look));
        standby("");
        assertThat(database.transaction(NoStandbyIT::look)).isNotEmpty();
        standby("nobody");
        assertThat(database.transaction(NoStandbyIT::look))
                .as("nothing is in doubt any more")
                .isNotEmpty();
    }

    /** Else sessions would pile up, and each would keep its rows locked. */
    @Test
    void no_session_goes_on_waiting_when_the_engine_has_given_up() {
        isNotConfirmed(NoStandbyIT::note);
        assertThat(new Rows(url).all("SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))
                .isEmpty();
    }

    @Test
    void a_statement_that_commits_itself_is_looked_at_as_well() {
        isNotConfirmed(() -> database.statement(dsl -> Sql.execute(dsl, "INSERT INTO noted VALUES (2)")));
    }

    @Test
    void what_only_reads_goes_on() {
        assertThat(database.read(NoStandbyIT::look)).isNotNull();
        assertThat(database.transaction(NoStandbyIT::look)).isNotNull();
    }
}
