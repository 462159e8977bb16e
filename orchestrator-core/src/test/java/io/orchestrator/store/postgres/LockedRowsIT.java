package io.orchestrator.store.postgres;

import static io.orchestrator.store.StoreFixture.ONE_TASK;
import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.StoreFixture;
import io.orchestrator.store.TaskStore.Heartbeat;
import io.orchestrator.testing.servers.TestServers;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rows that somebody else keeps locked (a person with psql, a backup, a stuck session) beside rows that are free: what can
 * be done is done at once.
 */
@Timeout(60)
class LockedRowsIT {
    private final PostgresStoreUnderTest tested = new PostgresStoreUnderTest();
    private final StoreFixture f = new StoreFixture(tested);
    private final PostgresStore store = tested.store;

    @AfterEach
    void close() {
        tested.close();
    }

    /** Another session that holds what a statement locks, until it is closed. */
    private Connection locking(String sql) throws SQLException {
        Connection other = TestServers.connect(tested.url);
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
        return other;
    }

    private Connection lockingTask(ClaimedTask task) throws SQLException {
        return locking("SELECT FROM live_tasks WHERE task_id = '" + task.hold().taskId() + "' FOR UPDATE");
    }

    @Test
    void a_sign_of_life_of_one_locked_task_keeps_no_other_from_being_stored() throws Exception {
        ClaimedTask locked = f.claimOne(f.worker(), f.submit(ONE_TASK));
        ClaimedTask free = f.claimOne(f.worker(), f.submit(ONE_TASK));
        Usage used = new Usage(7, BigDecimal.ONE, 3);
        List<Heartbeat> beats =
                List.of(new Heartbeat(locked.hold(), 0.5, "here", used), new Heartbeat(free.hold(), 0.5, "here", used));
        try (Connection other = lockingTask(locked)) {
            assertThat(store.tasks().heartbeat(beats)).containsExactly(free.hold());
            other.rollback();
        }
        assertThat(store.tasks().heartbeat(beats)).containsExactlyInAnyOrder(locked.hold(), free.hold());
        assertThat(store.runs().task(locked.hold().taskId()).orElseThrow().usage())
                .isEqualTo(used);
    }
}
