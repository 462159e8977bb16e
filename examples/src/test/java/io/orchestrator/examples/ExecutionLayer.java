package io.orchestrator.examples;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.checkpoint.CheckpointManager;
import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.JobQueue;
import io.orchestrator.queue.redis.RedisQueues;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.run.Ids;
import io.orchestrator.scheduler.ScheduleContext;
import io.orchestrator.scheduler.ScheduleResult;
import io.orchestrator.scheduler.Scheduler;
import io.orchestrator.scheduler.SchedulerService;
import io.orchestrator.scheduler.SchedulerSettings;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.timer.TimerService;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The services of the execution layer, wired by hand in one process, as its guide does under "Option A: Monolithic". Where the
 * guide says {@code pool} (of Postgres connections) there is a store, and where it says {@code new JobQueue({...})} there are
 * settings of Redis.
 */
final class ExecutionLayer implements AutoCloseable {
    private final Ids ids = new Ids(new SystemClock(), new SecureRandom());

    final PostgresStore pool = PostgresStore.open(TestServers.newDatabase(), "examples", 8, ids);

    final RedisQueues redis = RedisQueues.open(RedisSettings.of(TestServers.redisUrl())
            .withKeyPrefix(TestServers.newKeyPrefix())
            .withIdempotenceTtl(Duration.ofDays(1))
            .withBlockTime(Duration.ofSeconds(5))
            .withBatchSize(10));

    final JobQueue queue = redis.jobQueue();
    final CheckpointManager checkpointManager = new CheckpointManager(pool.checkpoints());
    final Scheduler scheduler = new Scheduler(pool.runs(), new Announcer(redis.taskQueue(), redis.hints()));
    final TimerService timerService = new TimerService(
            pool.timers(),
            redis.taskQueue(),
            redis.hints(),
            Duration.ofSeconds(10),
            new SecureRandom(),
            EngineMetrics.none());

    /** What the guide's scheduler and supervisor do beside accepting plans: sending tickets, noticing dead workers. */
    private final SchedulerService supervisor = new SchedulerService(
            new SchedulerService.Ports(
                    pool.dispatch(), pool.recovery(), redis.taskQueue(), redis.hints(), EngineMetrics.none()),
            SchedulerSettings.DEFAULT,
            "nowhere",
            "never",
            worker -> false);

    private final List<WorkerPool> workerPools = new ArrayList<>();

    WorkerPool workerPool(AgentRegistry executorRegistry, WorkerSettings settings) {
        WorkerPool workerPool = WorkerPool.of(
                new WorkerPool.Ports(
                        pool.tasks(),
                        pool.leases(),
                        pool.checkpoints(),
                        pool.children(),
                        pool.budgets(),
                        pool.breakers(),
                        pool.logs(),
                        redis.taskQueue(),
                        redis.hints(),
                        ids,
                        new SystemTicks(),
                        new SystemClock(),
                        new SecureRandom(),
                        EngineMetrics.none()),
                settings,
                executorRegistry);
        workerPools.add(workerPool);
        return workerPool;
    }

    /** Starts what runs beside the workers. */
    ExecutionLayer start() {
        supervisor.start();
        timerService.start();
        return this;
    }

    RunView run(ScheduleResult scheduled) {
        return pool.runs().view(scheduled.runId(), true).orElseThrow();
    }

    /** Schedules one task and claims it, as a worker of one's own would. */
    Hold claimedTask() {
        String worker = ids.worker();
        pool.leases().register(new WorkerInfo(worker, "here", "boot", 1, "then", 1, "example"), Duration.ofHours(1));
        Json phase = Json.parse("{\"phase\": \"INTAKE\", \"agents\": [\"IntakeClassifierAgent\"]}");
        ScheduleResult scheduled = scheduler.schedule(phase, ScheduleContext.NONE);
        List<String> tasks = run(scheduled).phases().getFirst().tasks().stream()
                .map(RunView.Task::id)
                .toList();
        return pool.tasks().claim(worker, tasks).getFirst().hold();
    }

    /** A phase in code, read from its document. */
    static io.orchestrator.plan.PhasePlan phasePlan(String document) {
        return PlanReader.read(Json.object("name", "example", "phases", List.of(Json.parse(document))))
                .phases()
                .getFirst();
    }

    @Override
    public void close() {
        try {
            for (WorkerPool workerPool : workerPools) {
                workerPool.stop(Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        supervisor.stop();
        timerService.stop();
        redis.close();
        pool.close();
    }
}
