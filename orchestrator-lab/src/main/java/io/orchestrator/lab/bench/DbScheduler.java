package io.orchestrator.lab.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The comparator: the same work by db-scheduler, in the set-up that its documentation gives for throughput. */
final class DbScheduler implements Scenario {
    private static final String SCHEMA = """
            CREATE TABLE scheduled_tasks (
              task_name text NOT NULL, task_instance text NOT NULL, task_data bytea,
              execution_time timestamptz NOT NULL, picked boolean NOT NULL, picked_by text,
              last_success timestamptz, last_failure timestamptz, consecutive_failures int,
              last_heartbeat timestamptz, version bigint NOT NULL, priority smallint,
              PRIMARY KEY (task_name, task_instance));
            CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
            CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat);
            """;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws SQLException, InterruptedException {
        return List.of(throughput(servers, sizes), latency(servers, sizes));
    }

    private static Measurement throughput(BenchServers servers, Sizes sizes) throws SQLException, InterruptedException {
        CountDownLatch done = new CountDownLatch(sizes.n());
        OneTimeTask<Void> nothing = Tasks.oneTime("nothing").execute((instance, context) -> done.countDown());
        try (HikariDataSource pool = pool(servers, sizes.slots())) {
            Scheduler scheduler = scheduler(pool, nothing, sizes.slots());
            scheduler.start();
            long began = System.nanoTime();
            List<TaskInstance<?>> instances = new ArrayList<>();
            for (int i = 0; i < sizes.n(); i++) {
                instances.add(nothing.instance("task-" + i));
            }
            scheduler.scheduleBatch(instances, Instant.now());
            if (!done.await(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException("db-scheduler left " + done.getCount() + " tasks undone");
            }
            // Its last rows go after their handlers have run.
            awaitEmpty(pool);
            long nanos = System.nanoTime() - began;
            scheduler.stop();
            return Measurement.rate("db-scheduler.throughput", sizes.n(), nanos);
        }
    }

    private static Measurement latency(BenchServers servers, Sizes sizes) throws SQLException, InterruptedException {
        int warmUp = 200;
        EngineLatency.Stopwatch stopwatch = new EngineLatency.Stopwatch(warmUp + Math.min(sizes.n(), 1_000));
        OneTimeTask<Void> timed = Tasks.oneTime("timed")
                .execute((instance, context) -> stopwatch.started(Integer.parseInt(instance.getId())));
        try (HikariDataSource pool = pool(servers, sizes.slots())) {
            Scheduler scheduler = scheduler(pool, timed, sizes.slots());
            scheduler.start();
            stopwatch.submitAll(i -> scheduler.schedule(timed.instance(String.valueOf(i)), Instant.now()));
            scheduler.stop();
            return stopwatch.measurement("db-scheduler.latency", warmUp);
        }
    }

    private static Scheduler scheduler(HikariDataSource pool, OneTimeTask<Void> task, int threads) {
        return Scheduler.create(pool, task)
                .threads(threads)
                .pollUsingLockAndFetch(1.0, 4.0)
                .pollingInterval(Duration.ofSeconds(1))
                .enableImmediateExecution()
                .build();
    }

    private static HikariDataSource pool(BenchServers servers, int slots) throws SQLException {
        DatabaseUrl database = servers.newDatabase();
        try (Connection connection = BenchServers.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(SCHEMA);
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbc());
        database.user().ifPresent(config::setUsername);
        database.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(Math.min(slots, 64));
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        return new HikariDataSource(config);
    }

    private static void awaitEmpty(HikariDataSource pool) throws SQLException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            while (true) {
                try (var rows = statement.executeQuery("SELECT count(*) FROM scheduled_tasks")) {
                    rows.next();
                    if (rows.getLong(1) == 0 || never.await(2, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        }
    }
}
