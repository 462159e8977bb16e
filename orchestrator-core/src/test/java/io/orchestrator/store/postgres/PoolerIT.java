package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.Submission;
import io.orchestrator.testing.servers.Pooler;
import io.orchestrator.testing.servers.TestServers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Behind a pgbouncer that gives each transaction a session; left out where there is none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PoolerIT {
    private final DatabaseUrl database = TestServers.newDatabase();
    private Pooler pooler;

    @BeforeAll
    void start() {
        assumeThat(Pooler.binary())
                .as("pgbouncer (Debian's package) is not installed")
                .isPresent();
        pooler = Pooler.before(database);
        await().until(() -> answers(pooler.before(database, "?pooler=transaction")));
    }

    private static boolean answers(DatabaseUrl url) {
        try {
            PostgresStore.requireUsable(url, true);
            return true;
        } catch (StoreUnavailable e) {
            return false;
        }
    }

    @AfterAll
    void stop() {
        if (pooler != null) {
            pooler.close();
        }
    }

    @Test
    void a_run_goes_from_its_submission_to_its_end() {
        try (PostgresStoreUnderTest tested =
                new PostgresStoreUnderTest(url -> pooler.before(url, "?pooler=transaction"))) {
            StoreFixture f = new StoreFixture(tested);
            for (int i = 0; i < 20; i++) {
                Submission run = f.submit(StoreFixture.ONE_TASK);
                ClaimedTask task = f.claimOne(f.worker(), run);
                tested.store.checkpoints().save(task.hold(), "half", Json.of(i), 10);
                f.retry(task, Duration.ofMillis(1));
                tested.advance(Duration.ofSeconds(1));
                ClaimedTask again = f.claim(
                                f.worker(),
                                tested.store.timers().fireDue(10).ready().tickets())
                        .getFirst();
                assertThat(again.checkpoint().orElseThrow().token()).isEqualTo("half");
                f.complete(again, Json.of(i));
                assertThat(f.view(run).state()).isEqualTo(StageState.COMPLETED);
            }
        }
    }

    @Test
    void what_is_set_for_a_transaction_is_gone_with_it_and_holds_in_it() {
        try (Database ours = Database.open(pooler.before(database, "?pooler=transaction"), "pooled", 1)) {
            assertThat(ours.<String>transaction(dsl -> Sql.fetch(dsl, "SHOW enable_seqscan", row -> row.getString(1))
                            .getFirst()))
                    .isEqualTo("off");
            assertThat(ours.<String>read(dsl -> Sql.fetch(dsl, "SHOW lock_timeout", row -> row.getString(1))
                            .getFirst()))
                    .isEqualTo("5s");
            assertThat(ours.<String>snapshot(dsl -> Sql.fetch(dsl, "SHOW enable_seqscan", row -> row.getString(1))
                            .getFirst()))
                    .isEqualTo("on");
        }
    }

    @Test
    void who_says_nothing_of_the_pooler_is_told_what_to_say() {
        assertThatExceptionOfType(StoreRefused.class)
                .isThrownBy(() -> PostgresStore.requireUsable(pooler.before(database, ""), false))
                .withMessageContaining("pooler=transaction");
    }

    @Test
    void migrations_go_to_the_server_itself() {
        DatabaseUrl pooled = pooler.before(database, "?pooler=transaction");
        assertThat(new Migrator(pooled).isCurrent()).isTrue();
        assertThatExceptionOfType(StoreRefused.class)
                .isThrownBy(() -> new Migrator(pooled).migrate())
                .withMessageContaining("session of their own");
    }

    @Test
    void what_no_pooler_takes_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DatabaseUrl.parse("postgresql://u@h/d?pooler=session"))
                .withMessageContaining("expected pooler=transaction");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DatabaseUrl.parse("postgresql://u@h/d?pooler=transaction&currentSchema=s"))
                .withMessageContaining("search_path");
    }
}
