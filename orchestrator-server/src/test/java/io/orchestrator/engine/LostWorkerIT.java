package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the tasks of a worker that is not heard of any more. */
class LostWorkerIT {
    private static final String ONE = "{'name':'x','phases':[{'phase':'A','agents':['Agent']}]}";

    private final Engine engine = new Engine();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void close() {
        never.countDown();
        engine.close();
    }

    private Instant leaseOf(WorkerPool pool) throws Exception {
        String query =
                "SELECT until FROM leases WHERE worker_id = '" + pool.getStats().workerId() + "'";
        try (Connection connection = TestServers.connect(engine.url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /** Neither host nor process says anything here: the lease alone tells that it is lost, as for one on another machine. */
    @Test
    void run_elsewhere_within_a_second_of_the_end_of_its_lease_and_not_before() throws Exception {
        AtomicReference<Instant> resumedAt = new AtomicReference<>(Instant.MAX);
        PausableLease lease = new PausableLease(engine.store.leases(), new SystemTicks());
        engine.agent("Agent", c -> {
            if (c.task().epoch() == 1) {
                begun.countDown();
                never.await();
            }
            resumedAt.set(new SystemClock().instant());
            return Json.of(c.task().epoch());
        });
        engine.scheduler.start();
        engine.timer.start();
        WorkerPool lost = engine.newPool(
                WorkerSettings.DEFAULT.withConcurrency(1).withLease(engine.lease),
                engine.store.tasks(),
                lease,
                engine.redis.taskQueue(),
                lease);
        lost.start();
        String runId = engine.submit(ONE);
        await().until(() -> begun.getCount() == 0);
        engine.addPool(4);
        lease.pause();
        Instant end = leaseOf(lost);

        assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
        assertThat(Duration.between(end, resumedAt.get())).isBetween(Duration.ZERO, Duration.ofSeconds(1));
        assertThat(engine.store.runs().events(runId, 0, 100))
                .extracting(EventView::kind)
                .contains("task.reclaimed");
    }

    @Test
    void have_ended_when_its_lease_ends_because_it_stops_them_itself() throws Exception {
        AtomicReference<Instant> stoppedAt = new AtomicReference<>(Instant.MAX);
        PausableLease lease = new PausableLease(engine.store.leases(), new SystemTicks());
        engine.agent("Agent", c -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                stoppedAt.set(new SystemClock().instant());
                throw e;
            }
            return Json.NULL;
        });
        WorkerPool cutOff = engine.newPool(
                WorkerSettings.DEFAULT.withConcurrency(1).withLease(engine.lease),
                engine.store.tasks(),
                lease,
                engine.redis.taskQueue(),
                new SystemTicks());
        cutOff.start();
        engine.submit(ONE);
        await().until(() -> begun.getCount() == 0);
        lease.pause();
        Instant end = leaseOf(cutOff);
        await().until(() -> stoppedAt.get().isBefore(Instant.MAX));
        assertThat(stoppedAt.get()).isBefore(end);
        assertThat(cutOff.getStats().leaseHeld()).isFalse();
    }
}
