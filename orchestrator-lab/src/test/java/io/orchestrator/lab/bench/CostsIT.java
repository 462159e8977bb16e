package io.orchestrator.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.HeartbeatMirror.Beat;
import io.orchestrator.queue.Ticket;
import io.orchestrator.queue.redis.RedisQueues;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.run.Ids;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.time.SystemClock;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Guards what work costs by counts, which noise does not touch; times are the benchmark's business. */
class CostsIT {
    private static final int TASKS = 1_000;
    private static final int BATCH = 250;
    private static final String WORKER = "worker-1";

    private static BenchServers servers;
    private final Ids ids = new Ids(new SystemClock(), new SecureRandom());

    @BeforeAll
    static void start() {
        servers = BenchServers.open();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void a_thousand_tasks_take_a_few_statements_and_rows_from_submission_to_end() throws SQLException {
        DatabaseUrl database = servers.newEngineDatabase();
        try (ServerCosts costs = ServerCosts.from(database)) {
            try (PostgresStore store = PostgresStore.open(database, "costs", 4, ids)) {
                countStatements(store, costs);
            }
            // Each session tells its counts at its end.
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(costs.rowsWritten("tasks")).isEqualTo(2 * TASKS);
                assertThat(costs.rowsWritten("live_tasks")).isEqualTo(3 * TASKS);
                assertThat(costs.rowsWritten("events")).isEqualTo(TASKS + 4);
                assertThat(costs.hotUpdates("tasks"))
                        .as("outcomes written without an index")
                        .isGreaterThan(TASKS * 9 / 10);
            });
            assertThat(costs.walRecords()).as("WAL records a task").isLessThan(14L * TASKS);
            assertThat(costs.walBytes()).as("WAL bytes a task").isLessThan(2_400L * TASKS);
        }
    }

    @Test
    void a_task_takes_hardly_more_than_one_command_of_redis() throws SQLException {
        try (BenchEngine engine = BenchEngine.with(servers, "Nothing", context -> Json.EMPTY_OBJECT)) {
            engine.start(64);
            // The first plan finds the streams made and everybody reading.
            engine.awaitEnd(engine.submitShards("Nothing", 1));
            try (RedisCosts redis = RedisCosts.from(servers)) {
                RunView end = engine.awaitEnd(engine.submitShards("Nothing", TASKS));
                assertThat(end.phases().getFirst().completed()).isEqualTo(TASKS);
                // What is added one by one is read and settled by the batch; idle loops ask about 15 times a second.
                assertThat(redis.commands()).as("commands of Redis").isBetween((long) TASKS, TASKS * 3L / 2);
            }
        }
    }

    /** And none at all for a task where nobody asked for copies, which the test above would notice. */
    @Test
    void a_copied_heartbeat_takes_two_commands_of_redis() throws SQLException {
        RedisSettings settings = RedisSettings.of(servers.redisUrl()).withKeyPrefix(servers.nextKeyPrefix());
        try (RedisQueues queues = RedisQueues.open(settings)) {
            queues.check();
            List<Beat> beats = IntStream.range(0, BATCH)
                    .mapToObj(i -> new Beat("task-" + i, Json.of(i)))
                    .toList();
            try (RedisCosts redis = RedisCosts.from(servers)) {
                for (int i = 0; i < TASKS / BATCH; i++) {
                    queues.heartbeatMirror().send(beats);
                }
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> queues.jobQueue().queueDepth("heartbeats") == TASKS);
                assertThat(redis.commands()).as("commands of Redis").isBetween(2L * TASKS, 2L * TASKS + 200);
            }
            assertThat(queues.droppedHeartbeats()).isZero();
        }
    }

    /** BEGIN and COMMIT count as statements. */
    private void countStatements(PostgresStore store, ServerCosts costs) throws SQLException {
        store.leases().register(new WorkerInfo(WORKER, "host", "boot", 1, "now", 64, "test"), Duration.ofMinutes(5));
        long registering = costs.statements();
        List<Ticket> tickets = submit(store);
        long submitting = costs.statements() - registering;
        for (int from = 0; from < TASKS; from += BATCH) {
            work(store, tickets.subList(from, from + BATCH));
        }
        long working = costs.statements() - submitting - registering;

        assertThat(submitting).as("statements of a submission").isLessThanOrEqualTo(6);
        // A report bounds its waits for locks by a statement of its own, which goes with the first message.
        assertThat(working).as("statements of four claims and four reports").isLessThanOrEqualTo(4 * (1 + 8) + 8);
    }

    private List<Ticket> submit(PostgresStore store) {
        Json plan = Json.parse("""
                {"name": "costs", "phases": [{"phase": "P", "parallelism": 1000,
                  "agents": [{"agent": "Nothing", "shard": {"over": "items", "size": 1}}]}]}
                """);
        Json inputs = Json.object(
                "items", Json.array(IntStream.range(0, TASKS).boxed().toList()));
        return store.runs()
                .submit(new RunRequest(PlanReader.read(plan), plan, inputs, Json.EMPTY_OBJECT, Optional.empty()))
                .ready()
                .tickets();
    }

    private static void work(PostgresStore store, List<Ticket> tickets) {
        List<ClaimedTask> claimed =
                store.tasks().claim(WORKER, tickets.stream().map(Ticket::taskId).toList());
        assertThat(claimed).hasSize(BATCH);
        store.tasks()
                .report(claimed.stream()
                        .map(task ->
                                new AttemptReport(task.hold(), new Outcome.Completed(Json.EMPTY_OBJECT), Usage.NONE))
                        .toList());
    }
}
