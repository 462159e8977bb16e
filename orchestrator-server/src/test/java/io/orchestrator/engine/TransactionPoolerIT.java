package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.testing.servers.Pooler;
import io.orchestrator.testing.servers.TestServers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All services behind PgBouncer, which gives a connection to another client after each transaction. */
class TransactionPoolerIT {
    private static final int TASKS = 100;

    @Test
    void a_run_needs_nothing_that_outlives_a_transaction() {
        assumeTrue(Pooler.binary().isPresent(), "pgbouncer (Debian's package) is not installed");
        DatabaseUrl direct = TestServers.newDatabase();
        try (Pooler pooler = Pooler.before(direct)) {
            DatabaseUrl pooled = pooler.before(direct, "?pooler=transaction");
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> answers(pooled));
            runThrough(pooled, direct);
        }
    }

    private static void runThrough(DatabaseUrl pooled, DatabaseUrl direct) {
        try (Engine engine = new Engine(pooled, TestServers.redisUrl(), Duration.ofSeconds(15))) {
            engine.agent("Second", context -> {
                        context.checkpoint("begun", Json.of(context.task().attempt()));
                        if (context.task().attempt() == 1) {
                            throw AgentFailure.retryable("not yet");
                        }
                        return context.step("once", () -> Json.of("done"));
                    })
                    .start(8);
            String items = IntStream.range(0, TASKS).mapToObj(String::valueOf).collect(Collectors.joining(","));
            String runId = engine.submit(
                    "{'name':'x','retry':{'base':'PT0.01S'},'inputs':{'i':[" + items
                            + "]},'phases':[{'phase':'A','parallelism':" + TASKS
                            + ",'agents':[{'agent':'Second','shard':{'over':'i','size':1}}]},{'phase':'B','agents':['Second']}]}");
            assertThat(engine.awaitEnd(runId).state()).isEqualTo(StageState.COMPLETED);
            assertThat(engine.tasks(runId)).hasSize(TASKS + 1).allMatch(task -> task.attempts() == 2);
            assertThat(Judgement.of(direct)).isEmpty();
        }
    }

    private static boolean answers(DatabaseUrl url) throws SQLException {
        try (var connection = TestServers.connect(url)) {
            return connection.isValid(1);
        }
    }
}
