package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import io.orchestrator.testing.servers.TestServers;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Services of this version beside a schema of the next one: what a migration adds, they do not mind. */
class VersionSkewIT {
    private static final int TASKS = 60;
    private static final int BEFORE = 30;
    private static final Duration LEASE = Duration.ofSeconds(15);

    private final Engine engine = new Engine(preparing(TestServers.newDatabase()), TestServers.redisUrl(), LEASE);
    private final AtomicInteger begun = new AtomicInteger();
    private final Set<String> failedOnPurpose = ConcurrentHashMap.newKeySet();
    private final CountDownLatch migrated = new CountDownLatch(1);

    @AfterEach
    void close() {
        migrated.countDown();
        engine.close();
    }

    /** Every statement has a plan in the server after its first use, as all have after a while in a long life. */
    private static DatabaseUrl preparing(DatabaseUrl url) {
        return new DatabaseUrl(
                url.host(), url.port(), url.database(), url.user(), url.password(), Optional.of("prepareThreshold=1"));
    }

    /** All that an attempt can ask of the store. */
    private Json work(AgentContext context) throws Exception {
        int number = begun.incrementAndGet();
        if (number > BEFORE) {
            migrated.await();
        }
        context.usage(1, BigDecimal.ONE, 1);
        context.checkpoint("here", Json.of(1));
        Json step = context.step("once", () -> Json.of("stepped"));
        if (number % 2 == 0 && context.task().attempt() == 1) {
            failedOnPurpose.add(context.task().id());
            throw AgentFailure.retryable("not yet");
        }
        return step;
    }

    private static String plan() {
        String items = IntStream.range(0, TASKS).mapToObj(String::valueOf).collect(Collectors.joining(","));
        return "{'name':'x','budgets':{'tokens':100000},'retry':{'base':'PT0.01S'},'inputs':{'i':[" + items
                + "]},'phases':[{'phase':'A','parallelism':" + TASKS
                + ",'agents':[{'agent':'Work','shard':{'over':'i','size':1}}]},{'phase':'B','agents':['Work']}]}";
    }

    /** As a migration would that only adds: a column to each table, and its line in the history of the schema. */
    private void migrateToTheNextVersion() throws SQLException {
        try (Connection connection = TestServers.connect(engine.url);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows =
                    statement.executeQuery("SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p')"
                            + " AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace"
                            + " AND c.relname <> 'flyway_schema_history' ORDER BY 1")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (String table : tables) {
                statement.execute("ALTER TABLE " + table + " ADD COLUMN of_tomorrow text NOT NULL DEFAULT 'new'");
            }
            statement.execute("INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
                    + " checksum, installed_by, execution_time, success) SELECT max(installed_rank) + 1, '9999', 'next',"
                    + " 'SQL', 'V9999__next.sql', 1, 'test', 1, true FROM flyway_schema_history");
        }
    }

    @Test
    void a_run_does_not_notice_that_the_schema_moves_on_in_its_middle() throws SQLException {
        engine.agent("Work", this::work).start(4);
        String runId = engine.submit(plan());
        await().until(() -> begun.get() > BEFORE);
        migrateToTheNextVersion();
        migrated.countDown();
        assertIsWhole(engine.awaitEnd(runId));
    }

    @Test
    void services_start_on_the_schema_of_the_next_version() throws SQLException {
        migrateToTheNextVersion();
        migrated.countDown();
        assertThat(new Migrator(engine.url).isCurrent()).isTrue();
        assertThat(new Migrator(engine.url).migrate()).isZero();
        engine.agent("Work", this::work).start(4);
        assertIsWhole(engine.awaitEnd(engine.submit(plan())));
    }

    @Test
    void migrating_in_the_middle_of_a_run_when_nothing_is_new_changes_nothing() {
        engine.agent("Work", this::work).start(4);
        String runId = engine.submit(plan());
        await().until(() -> begun.get() > BEFORE);
        assertThat(new Migrator(engine.url).migrate()).isZero();
        migrated.countDown();
        assertIsWhole(engine.awaitEnd(runId));
    }

    private void assertIsWhole(RunView end) {
        assertThat(end.state()).as(String.valueOf(end.reason())).isEqualTo(StageState.COMPLETED);
        assertThat(engine.tasks(end.id())).hasSize(TASKS + 1).allSatisfy(task -> {
            assertThat(task.attempts()).isEqualTo(failedOnPurpose.contains(task.id()) ? 2 : 1);
            assertThat(task.output()).contains(Json.of("stepped"));
        });
        assertThat(Judgement.of(engine.url)).isEmpty();
    }
}
