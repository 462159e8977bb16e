package io.orchestrator.engine;

import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.run.StageState;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.PlantedFault;
import io.orchestrator.store.postgres.PlantedStore;
import io.orchestrator.testing.servers.TestServers;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two attempts book their usage at the same instant, each within the budget of their run and both together beyond it: the
 * test holds the budget's row until both stand before it.
 */
final class BudgetStory implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DatabaseUrl url = TestServers.newDatabase();
    private final Engine engine;

    BudgetStory(PlantedFault... faults) {
        this.engine = new Engine(
                url,
                Duration.ofSeconds(15),
                PlantedStore.open(url, List.of(faults), Engine.newIds()),
                RedisSettings.of(TestServers.redisUrl()));
        engine.agent("Spender", context -> {
            context.usage(60, BigDecimal.ZERO, 0);
            return Json.NULL;
        });
    }

    /** What went against the promise, by the end of the run and by the checker. */
    Set<String> violations() throws SQLException {
        String runId = engine.submit("{'name':'b','budgets':{'tokens':100},'phases':[{'phase':'P','parallelism':2,"
                + "'agents':['Spender',{'agent':'Spender','as':'second'}]}]}");
        try (Connection holder = TestServers.connect(url);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT FROM budgets FOR UPDATE");
            engine.start(2);
            await().atMost(PATIENCE).until(() -> bookingsThatWait() == 2);
            holder.rollback();
        }
        Set<String> violations = new TreeSet<>();
        if (engine.awaitEnd(runId).state() != StageState.FAILED) {
            violations.add("ended as if there were money left");
        }
        violations.addAll(Judgement.of(url));
        return violations;
    }

    private int bookingsThatWait() throws SQLException {
        try (Connection connection = TestServers.connect(url);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND wait_event_type = 'Lock' AND query LIKE '%UPDATE budgets b%'")) {
            count.next();
            return count.getInt(1);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
