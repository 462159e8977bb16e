package io.orchestrator.lab.bench;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How late tasks start whose timer is due: once spread over ten seconds, once all at one instant. Every task fails at its
 * first attempt and asks to be tried again much later; then the timers are put to the instants to be measured, and the
 * second attempt notes when it starts. Servers and engine share one clock.
 */
final class EngineTimers implements Scenario {
    private static final Duration MUCH_LATER = Duration.ofHours(1);
    private static final Duration AHEAD = Duration.ofSeconds(2);
    private static final int SPREAD_SECONDS = 10;
    private static final int SPREAD_TIMERS = 2_000;
    private static final int BURST_TIMERS = 10_000;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws SQLException, InterruptedException {
        return List.of(
                measure(servers, sizes, "timers.spread", Math.min(sizes.n(), SPREAD_TIMERS), SPREAD_SECONDS),
                measure(servers, sizes, "timers.burst", Math.min(sizes.n(), BURST_TIMERS), 0));
    }

    private static Measurement measure(BenchServers servers, Sizes sizes, String name, int n, int spreadSeconds)
            throws SQLException, InterruptedException {
        Map<String, Instant> started = new ConcurrentHashMap<>();
        CountDownLatch missing = new CountDownLatch(n);
        DatabaseUrl database = servers.newEngineDatabase();
        AgentRegistry agents = AgentRegistry.empty().with("Late", context -> {
            if (context.task().attempt() == 1) {
                throw AgentFailure.retryableAfter("not yet", MUCH_LATER);
            }
            started.put(context.task().id(), Instant.now());
            missing.countDown();
            return Json.EMPTY_OBJECT;
        });
        try (BenchEngine engine = new BenchEngine(servers, database, agents);
                Connection connection = BenchServers.connect(database)) {
            engine.start(sizes.slots());
            engine.submitShards("Late", n);
            awaitTimers(connection, n);
            Map<String, Instant> due = reschedule(connection, spreadSeconds);
            engine.tellTimers();
            if (!missing.await(AHEAD.toSeconds() + spreadSeconds + 60, TimeUnit.SECONDS)) {
                throw new IllegalStateException(missing.getCount() + " of " + n + " tasks never started again");
            }
            long[] lateness = due.entrySet().stream()
                    .mapToLong(e -> ChronoUnit.NANOS.between(e.getValue(), started.get(e.getKey())))
                    .toArray();
            return Measurement.times(name, Percentiles.ofNanos(lateness));
        }
    }

    private static void awaitTimers(Connection connection, int n) throws SQLException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (Statement statement = connection.createStatement()) {
            while (!never.await(20, TimeUnit.MILLISECONDS)) {
                try (ResultSet rows = statement.executeQuery(
                        "SELECT count(*) FROM timers WHERE kind = 'retry' AND state = 'pending'")) {
                    rows.next();
                    if (rows.getInt(1) == n) {
                        return;
                    }
                }
            }
        }
    }

    private static Map<String, Instant> reschedule(Connection connection, int spreadSeconds) throws SQLException {
        Map<String, Instant> due = new ConcurrentHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("UPDATE timers SET fire_at = now() + "
                        + AHEAD.toMillis() + " * interval '1 ms' + random() * " + spreadSeconds
                        + " * interval '1 s' WHERE kind = 'retry' RETURNING task_id, fire_at")) {
            while (rows.next()) {
                due.put(
                        rows.getString("task_id"),
                        rows.getObject("fire_at", java.time.OffsetDateTime.class)
                                .toInstant());
            }
        }
        return due;
    }
}
