package io.orchestrator.store.postgres;

import io.orchestrator.run.Ids;
import io.orchestrator.store.Breakers;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Gates;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.Obstacles;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.StoreUnderTest;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.TimerStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A store on a database of its own. Time passes by moving all that it remembers into the past. */
final class PostgresStoreUnderTest implements StoreUnderTest, AutoCloseable {
    private static final List<String> INSTANTS = List.of(
            "timers.fire_at",
            "timers.created_at",
            "timers.not_before",
            "schedules.not_before",
            "leases.until",
            "rounds.at",
            "live_tasks.released_at",
            "live_tasks.dispatch_at",
            "live_tasks.deadline",
            "live_tasks.wrap_up_at",
            "live_tasks.claimed_at",
            "live_tasks.ready_since",
            "live_tasks.heartbeat_at",
            "breakers.opened_at",
            "breakers.retry_at",
            "gates.closed_at",
            "gates.reopens_at",
            "phases.deadline",
            "phases.started_at",
            "runs.deadline",
            "schedules.next_at",
            "schedules.last_at",
            "schedules.dealt_at",
            "runs.created_at",
            "runs.started_at",
            "runs.start_at",
            "runs.finished_at");

    final DatabaseUrl url;
    final PostgresStore store;

    PostgresStoreUnderTest() {
        this(UnaryOperator.identity());
    }

    /** @param way to the same database for the store alone */
    PostgresStoreUnderTest(UnaryOperator<DatabaseUrl> way) {
        url = TestServers.newDatabase();
        store = PostgresStore.open(way.apply(url), "test", 8, new Ids(new SystemClock(), new SecureRandom()));
    }

    @Override
    public RunStore runs() {
        return store.runs();
    }

    @Override
    public TaskStore tasks() {
        return store.tasks();
    }

    @Override
    public LeaseStore leases() {
        return store.leases();
    }

    @Override
    public BudgetStore budgets() {
        return store.budgets();
    }

    @Override
    public ChildStore children() {
        return store.children();
    }

    @Override
    public CheckpointStore checkpoints() {
        return store.checkpoints();
    }

    @Override
    public TimerStore timers() {
        return store.timers();
    }

    @Override
    public Dispatch dispatch() {
        return store.dispatch();
    }

    @Override
    public Recovery recovery() {
        return store.recovery();
    }

    @Override
    public Obstacles obstacles() {
        return store.obstacles();
    }

    @Override
    public Breakers breakers() {
        return store.breakers();
    }

    @Override
    public HeldPhases heldPhases() {
        return store.heldPhases();
    }

    @Override
    public Gates gates() {
        return store.gates();
    }

    @Override
    public Schedules schedules() {
        return store.schedules();
    }

    @Override
    public TaskLogs logs() {
        return store.logs();
    }

    @Override
    public void advance(Duration time) {
        String interval = " - interval '" + time.toMillis() + " ms'";
        TestServers.execute(
                url,
                INSTANTS.stream()
                        .map(name -> name.split("\\."))
                        .collect(Collectors.groupingBy(
                                name -> name[0],
                                Collectors.mapping(
                                        name -> name[1] + " = " + name[1] + interval, Collectors.joining(", "))))
                        .entrySet()
                        .stream()
                        .map(table -> "UPDATE " + table.getKey() + " SET " + table.getValue())
                        .collect(Collectors.joining("; ")));
    }

    @Override
    public void ageRetries() {
        TestServers.execute(url, "UPDATE timers SET expect_epoch = expect_epoch - 1 WHERE kind = 'retry'");
    }

    /** Forgets everything, which takes less time than a new database. */
    PostgresStoreUnderTest emptied() {
        TestServers.execute(
                url,
                Stream.of(
                                "runs",
                                "tasks",
                                "live_tasks",
                                "timers",
                                "checkpoints",
                                "steps",
                                "task_logs",
                                "events",
                                "workers",
                                "leases",
                                "rounds",
                                "breakers",
                                "schedules",
                                "gates")
                        .map(table -> "DELETE FROM " + table)
                        .collect(Collectors.joining("; ")));
        return this;
    }

    @Override
    public void close() {
        store.close();
    }
}
