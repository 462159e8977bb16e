package io.orchestrator.engine;

import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.PlantedFault;
import io.orchestrator.store.postgres.PlantedStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.worker.WorkerSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A task whose way has one crash in it. The test itself is the scheduler, in rounds that make due whatever waits: so the
 * task comes to its end, or there comes a round after which nothing can ever move it again.
 */
final class CrashStory implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DatabaseUrl url = TestServers.newDatabase();
    private final PlantedFault crash;
    private final List<PlantedFault> faults;
    private final Engine engine;
    private final TaskQueue queue;

    CrashStory(PlantedFault crash, UnaryOperator<TaskQueue> queue, PlantedFault... others) {
        this.faults = Stream.concat(Stream.of(crash), Stream.of(others)).toList();
        this.crash = crash;
        this.engine = new Engine(
                url,
                Duration.ofSeconds(15),
                PlantedStore.open(url, faults, Engine.newIds()),
                RedisSettings.of(TestServers.redisUrl()));
        this.queue = queue.apply(engine.redis.taskQueue());
    }

    /** The rules that the checker finds broken when the task has ended, or is stranded. */
    Set<String> violations() {
        engine.agent("Second", context -> {
            if (context.task().attempt() == 1) {
                throw AgentFailure.retryable("the first attempt fails");
            }
            return Json.of("done");
        });
        engine.timer.start();
        engine.newPool(
                        WorkerSettings.DEFAULT.withConcurrency(1),
                        engine.store.tasks(),
                        engine.store.leases(),
                        queue,
                        new SystemTicks())
                .start();
        String runId =
                engine.submit("{'name':'x','retry':{'base':'PT0.01S'},'phases':[{'phase':'A','agents':['Second']}]}");
        await().atMost(PATIENCE).until(() -> crash.wasHit());
        await().atMost(PATIENCE).until(() -> engine.view(runId).state().isFinal() || isStranded());
        return Judgement.of(url);
    }

    /**
     * Whether nobody works on the task, no ticket and no timer waits for it, and the dispatcher does not find it. It is
     * looked at twice, because it may have moved on while the dispatcher was passing over its locked row.
     */
    private boolean isStranded() throws SQLException {
        if (!waitsForNoTimer()) {
            return false;
        }
        TestServers.execute(
                url, "UPDATE live_tasks SET dispatch_at = clock_timestamp() - interval '1 h' WHERE state = 'queued'");
        List<Ticket> due = engine.store.dispatch().due(10, Duration.ofSeconds(30));
        engine.redis.taskQueue().send(due);
        return due.isEmpty() && ticketsWaiting() == 0 && waitsForNoTimer();
    }

    private long ticketsWaiting() {
        return queue.depth().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Holds the row of the task meanwhile, so that no claim, report or timer is under way beside it. */
    private boolean waitsForNoTimer() throws SQLException {
        try (Connection connection = TestServers.connect(url);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            boolean waits;
            try (ResultSet task = statement.executeQuery("SELECT state FROM live_tasks FOR UPDATE")) {
                waits = task.next() && !task.getString("state").equals("running");
            }
            try (ResultSet timers = statement.executeQuery("SELECT FROM timers WHERE state = 'pending'")) {
                return waits && !timers.next();
            }
        }
    }

    /** The crash and the faults beside it have all taken place. */
    boolean allWereHit() {
        return faults.stream().allMatch(PlantedFault::wasHit);
    }

    @Override
    public void close() {
        engine.close();
    }
}
