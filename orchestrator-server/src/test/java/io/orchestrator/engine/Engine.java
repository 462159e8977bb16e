package io.orchestrator.engine;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.redis.RedisQueues;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.run.Ids;
import io.orchestrator.scheduler.SchedulerService;
import io.orchestrator.scheduler.SchedulerSettings;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.Migrator;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import io.orchestrator.timer.TimerService;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** An engine in this JVM, on a database and a key prefix of its own. */
final class Engine implements AutoCloseable {
    private static final Duration SHORT_LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final DatabaseUrl url;
    final Duration lease;
    final PostgresStore store;
    final RedisQueues redis;
    final Announcer announcer;
    final TimerService timer;
    final SchedulerService scheduler;
    final Ids ids = newIds();
    final List<WorkerPool> pools = new ArrayList<>();
    private AgentRegistry agents = AgentRegistry.empty();

    Engine() {
        this(TestServers.newDatabase(), TestServers.redisUrl(), SHORT_LEASE);
    }

    Engine(DatabaseUrl url, String redisUrl, Duration lease) {
        this(url, lease, PostgresStore.open(url, "engine-test", 16, newIds()), RedisSettings.of(redisUrl));
    }

    /** On a store and a Redis that are special in some way. */
    Engine(DatabaseUrl url, Duration lease, PostgresStore store, RedisSettings redisSettings) {
        this.url = url;
        this.lease = lease;
        this.store = store;
        this.redis = RedisQueues.open(redisSettings.withKeyPrefix(TestServers.newKeyPrefix()));
        this.announcer = new Announcer(redis.taskQueue(), redis.hints());
        this.timer = new TimerService(
                store.timers(),
                redis.taskQueue(),
                redis.hints(),
                Duration.ofSeconds(2),
                new SecureRandom(),
                EngineMetrics.none());
        this.scheduler = new SchedulerService(
                new SchedulerService.Ports(
                        store.dispatch(), store.recovery(), redis.taskQueue(), redis.hints(), EngineMetrics.none()),
                SchedulerSettings.DEFAULT.withLease(lease),
                "nowhere",
                "never",
                worker -> false);
    }

    static Ids newIds() {
        return new Ids(new SystemClock(), new SecureRandom());
    }

    /** An engine on servers of its own, for tests that take them down. */
    static Engine on(TemporaryStack stack, Duration lease) {
        DatabaseUrl url = DatabaseUrl.parse(stack.databaseUrl());
        new Migrator(url).migrate();
        return new Engine(url, stack.redisUrl(), lease);
    }

    Engine agent(String name, Agent agent) {
        agents = agents.with(name, agent);
        return this;
    }

    Engine tool(String name, Agent tool) {
        agents = agents.withTool(name, tool);
        return this;
    }

    Engine start(int slots) {
        scheduler.start();
        timer.start();
        addPool(slots);
        return this;
    }

    WorkerPool addPool(int slots) {
        WorkerPool pool = newPool(WorkerSettings.DEFAULT.withConcurrency(slots).withLease(lease));
        pool.start();
        return pool;
    }

    WorkerPool newPool(WorkerSettings settings) {
        return newPool(settings, store.tasks(), store.leases(), redis.taskQueue(), new SystemTicks());
    }

    /** A pool that sees some of its ports through a test's eyes. */
    WorkerPool newPool(WorkerSettings settings, TaskStore tasks, LeaseStore leases, TaskQueue queue, Ticks ticks) {
        WorkerPool.Ports ports = new WorkerPool.Ports(
                tasks,
                leases,
                store.checkpoints(),
                store.children(),
                store.budgets(),
                store.breakers(),
                store.logs(),
                queue,
                redis.hints(),
                ids,
                ticks,
                new SystemClock(),
                new SecureRandom(),
                EngineMetrics.none());
        WorkerPool pool = WorkerPool.of(ports, settings, agents);
        pools.add(pool);
        return pool;
    }

    String submit(String plan) {
        return submit(plan, Json.EMPTY_OBJECT);
    }

    /** With an agents file's document, whose programs nobody starts here. */
    String submit(String plan, Json agents) {
        Submission submission = accept(plan, agents);
        announcer.announce(submission.ready());
        return submission.runId();
    }

    /** The submitting process dies right after its commit. */
    String submitUnannounced(String plan) {
        return accept(plan, Json.EMPTY_OBJECT).runId();
    }

    private Submission accept(String plan, Json agentsFile) {
        Json source = Json.parse(plan.replace('\'', '"'));
        return store.runs()
                .submit(new RunRequest(
                        PlanReader.read(source), source, Json.EMPTY_OBJECT, agentsFile, Optional.empty()));
    }

    RunView view(String runId) {
        return store.runs().view(runId, true).orElseThrow();
    }

    RunView awaitEnd(String runId) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() ->
                        store.runs().view(runId, false).orElseThrow().state().isFinal());
        return view(runId);
    }

    List<RunView.Task> tasks(String runId) {
        return view(runId).phases().stream().flatMap(p -> p.tasks().stream()).toList();
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
        redis.close();
        store.close();
    }
}
