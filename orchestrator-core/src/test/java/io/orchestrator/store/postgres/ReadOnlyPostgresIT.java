package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.Ids;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Postgres that answers and takes no writes, as a standby does that an address leads to after a failover. */
@Timeout(60)
class ReadOnlyPostgresIT {
    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);

    @AfterEach
    void close() {
        tested.close();
    }

    /** For connections that are made from now on; those that are there stay as they are. */
    private void takesWrites(boolean writes) {
        TestServers.execute(
                tested.url,
                "SET transaction_read_only = off; ALTER DATABASE " + tested.url.database()
                        + " SET default_transaction_read_only = " + (writes ? "off" : "on"));
    }

    private PostgresStore connected() {
        return PostgresStore.open(tested.url, "another", 2, new Ids(new SystemClock(), new SecureRandom()));
    }

    @Test
    void what_cannot_be_written_is_kept_and_goes_to_the_primary_as_soon_as_there_is_one() {
        ClaimedTask task = f.claimOne(f.worker(), f.submit(ONE_TASK));
        takesWrites(false);
        try (PostgresStore store = connected()) {
            AttemptReport end =
                    new AttemptReport(task.hold(), new AttemptReport.Outcome.Completed(Json.of(1)), Usage.NONE);
            assertThatExceptionOfType(StoreUnavailable.class)
                    .isThrownBy(() -> store.tasks().report(List.of(end)))
                    .isNotInstanceOf(StoreRefused.class)
                    .withMessageContaining("takes no writes");
            assertThat(store.problem()).get().asString().contains("takes no writes");
            assertThat(store.answers()).as("reading goes on").isTrue();
            takesWrites(true);
            // A connection that was made before still leads astray once.
            await().ignoreExceptionsInstanceOf(StoreUnavailable.class)
                    .until(() -> store.tasks().report(List.of(end)).accepted().equals(Set.of(task.hold())));
            await().until(store::problem, Optional::isEmpty);
        }
        assertThat(f.task(task).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void a_service_does_not_start_on_it_and_may_wait_for_it() {
        takesWrites(false);
        PostgresStore.requireUsable(tested.url, false);
        assertThatExceptionOfType(StoreUnavailable.class)
                .isThrownBy(() -> PostgresStore.requireUsable(tested.url, true))
                .isNotInstanceOf(StoreRefused.class)
                .withMessageContaining("takes no writes");
        takesWrites(true);
        PostgresStore.requireUsable(tested.url, true);
    }
}
