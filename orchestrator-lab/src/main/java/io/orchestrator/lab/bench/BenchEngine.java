package io.orchestrator.lab.bench;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.redis.RedisQueues;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.run.Ids;
import io.orchestrator.scheduler.SchedulerService;
import io.orchestrator.scheduler.SchedulerSettings;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.timer.TimerService;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Scheduler, timer and workers in this JVM, put together as the program does it. */
final class BenchEngine implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(2);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final DatabaseUrl database;
    private final PostgresStore store;
    private final RedisQueues queues;
    private final Announcer announcer;
    private final TimerService timer;
    private final SchedulerService scheduler;
    private final AgentRegistry agents;
    private final List<WorkerPool> pools = new ArrayList<>();
    private final Ids ids = new Ids(new SystemClock(), new SecureRandom());

    BenchEngine(BenchServers servers, DatabaseUrl database, AgentRegistry agents) {
        this(RedisSettings.of(servers.redisUrl()).withKeyPrefix(servers.nextKeyPrefix()), database, agents);
    }

    /** One that is not started only submits, for services elsewhere. */
    BenchEngine(RedisSettings redis, DatabaseUrl database, AgentRegistry agents) {
        this.agents = agents;
        this.database = database;
        this.store = PostgresStore.open(database, "bench", 16, ids);
        this.queues = RedisQueues.open(redis);
        this.announcer = new Announcer(queues.taskQueue(), queues.hints());
        this.timer = new TimerService(
                store.timers(),
                queues.taskQueue(),
                queues.hints(),
                Duration.ofSeconds(10),
                new SecureRandom(),
                EngineMetrics.none());
        this.scheduler = new SchedulerService(
                new SchedulerService.Ports(
                        store.dispatch(), store.recovery(), queues.taskQueue(), queues.hints(), EngineMetrics.none()),
                SchedulerSettings.DEFAULT,
                "bench",
                "bench",
                worker -> false);
    }

    static BenchEngine with(BenchServers servers, String name, Agent agent) {
        return new BenchEngine(
                servers, servers.newEngineDatabase(), AgentRegistry.empty().with(name, agent));
    }

    BenchEngine start(int slots) {
        scheduler.start();
        timer.start();
        addPool(slots);
        return this;
    }

    void addPool(int slots) {
        WorkerPool pool = WorkerPool.of(
                new WorkerPool.Ports(
                        store.tasks(),
                        store.leases(),
                        store.checkpoints(),
                        store.children(),
                        store.budgets(),
                        store.breakers(),
                        store.logs(),
                        queues.taskQueue(),
                        queues.hints(),
                        ids,
                        new SystemTicks(),
                        new SystemClock(),
                        new SecureRandom(),
                        EngineMetrics.none()),
                WorkerSettings.DEFAULT.withConcurrency(slots),
                agents);
        pools.add(pool);
        pool.start();
    }

    /** The id of a worker with a lease for as long as this takes, and nothing that would work. */
    String registered(int slots) {
        String worker = ids.worker();
        store.leases().register(new WorkerInfo(worker, "bench", "bench", 1, "bench", slots, "bench"), LONGEST);
        return worker;
    }

    PostgresStore store() {
        return store;
    }

    String submit(String plan, Json inputs) {
        return announced(accept(plan, inputs));
    }

    private String announced(Submission submission) {
        announcer.announce(submission.ready());
        return submission.runId();
    }

    private Submission accept(String plan, Json inputs) {
        Json source = Json.parse(plan);
        return store.runs()
                .submit(new RunRequest(PlanReader.read(source), source, inputs, Json.EMPTY_OBJECT, Optional.empty()));
    }

    /** A plan of one phase whose tasks may all run at once. */
    String submitShards(String agent, int n) {
        return submitShards(agent, n, "unused", 0);
    }

    /** As {@link #submitShards(String, int)}, with an input that all tasks see. */
    String submitShards(String agent, int n, String input, long value) {
        return announced(acceptShards(agent, n, input, value));
    }

    /** As {@link #submitShards(String, int)}, but the queue does not learn of it. */
    Submission acceptShards(String agent, int n) {
        return acceptShards(agent, n, "unused", 0);
    }

    private Submission acceptShards(String agent, int n, String input, long value) {
        Json items = Json.array(IntStream.range(0, n).boxed().toList());
        return accept("""
                {"name": "bench", "phases": [{"phase": "P", "parallelism": %d,
                  "agents": [{"agent": "%s", "shard": {"over": "items", "size": 1}}]}]}
                """.formatted(n, agent), Json.object("items", items, input, value));
    }

    /** That a timer may be due earlier than the timer service knows. */
    void tellTimers() {
        announcer.announce(new Ready(List.of(), true));
    }

    RunView awaitEnd(String runId) throws SQLException {
        awaitEnds(List.of(runId));
        return view(runId);
    }

    RunView view(String runId) {
        return store.runs().view(runId, false).orElseThrow();
    }

    /** Looks at single rows and on one connection, so that what is measured is not the looking. */
    void awaitEnds(List<String> runIds) throws SQLException {
        try (Connection connection = BenchServers.connect(database);
                PreparedStatement isOver =
                        connection.prepareStatement("SELECT finished_at IS NOT NULL FROM runs WHERE id = ?")) {
            for (String runId : runIds) {
                isOver.setString(1, runId);
                awaitYes(isOver, runId);
            }
        }
    }

    private static void awaitYes(PreparedStatement isOver, String runId) throws SQLException {
        long giveUpAt = System.nanoTime() + LONGEST.toNanos();
        while (!answer(isOver)) {
            if (System.nanoTime() > giveUpAt) {
                throw new IllegalStateException("run " + runId + " did not end within " + LONGEST.toMinutes()
                        + " minutes: is a worker of this measurement gone?");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static boolean answer(PreparedStatement question) throws SQLException {
        try (ResultSet rows = question.executeQuery()) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    @Override
    public void close() {
        try {
            for (WorkerPool pool : pools) {
                pool.stop(Duration.ofSeconds(3));
            }
            timer.stop();
            scheduler.stop();
            timer.awaitStopped(Duration.ofSeconds(5));
            scheduler.awaitStopped(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queues.close();
        store.close();
    }
}
