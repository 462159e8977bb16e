package io.orchestrator.cli;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.metrics.FleetMetrics;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.scheduler.EventMirror;
import io.orchestrator.scheduler.SchedulerService;
import io.orchestrator.scheduler.SchedulerSettings;
import io.orchestrator.service.Loop;
import io.orchestrator.service.Service;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.timer.RetentionService;
import io.orchestrator.timer.ScheduleService;
import io.orchestrator.timer.TimerService;
import io.orchestrator.worker.AgentSource;
import io.orchestrator.worker.HeartbeatCopies;
import io.orchestrator.worker.HostIdentity;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.program.Keeping;
import io.orchestrator.worker.program.Orphans;
import io.orchestrator.worker.program.ProgramHost;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of this process, on a stack that outlives them. Thread-safe; starts once and stops once.
 *
 * <p>Stopping drains the worker first, while scheduler and timer still serve what it reports; then they stop.
 */
final class Engine implements AutoCloseable {
    /** A service that an engine may have. */
    enum Part {
        SCHEDULER,
        TIMER,
        WORKER
    }

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration REAP_EVERY = Duration.ofSeconds(10);
    private static final Duration LOOPS_STOP_WITHIN = Duration.ofSeconds(3);

    private final Duration grace;
    private final List<Service> services = new ArrayList<>();
    private final Optional<WorkerPool> workers;
    private final Optional<ProgramHost> programs;
    private boolean stopped;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final EngineMetrics metrics = new EngineMetrics(registry);

    Engine(Stack stack, EngineSettings settings, Set<Part> parts, AgentSource agents, Crew crew) {
        this.grace = settings.grace();
        HostIdentity host = HostIdentity.ofThisProcess();
        Orphans orphans = new Orphans(crew.processes());
        if (parts.contains(Part.SCHEDULER)) {
            services.add(scheduler(stack, settings, host, orphans, metrics));
            FleetMetrics.bindTo(
                    registry,
                    stack.store().dispatch(),
                    stack.store().recovery(),
                    stack.store().gates(),
                    stack.store().timers(),
                    stack.store().obstacles(),
                    new SystemTicks());
            FleetMetrics.bindSchedulesTo(registry, stack.store().schedules(), new SystemTicks());
            if (settings.mirrors()) {
                services.add(
                        new EventMirror(stack.store().runs(), stack.queues().jobQueue()));
            }
        }
        if (parts.contains(Part.TIMER)) {
            services.add(new TimerService(
                    stack.store().timers(),
                    stack.queues().taskQueue(),
                    stack.queues().hints(),
                    settings.timerCheck(),
                    new SecureRandom(),
                    metrics));
            services.add(new ScheduleService(
                    stack.store().schedules(),
                    stack.queues().taskQueue(),
                    stack.queues().hints(),
                    settings.timerCheck()));
            services.add(new RetentionService(
                    stack.store().retention(), stack.store().deletions(), settings.retention()));
        }
        if (parts.contains(Part.WORKER)) {
            // Before the first task is taken: what a dead worker left must not work beside its successor.
            orphans.reap();
            services.add(new Loop("orphans", () -> reap(orphans)));
            WorkerPool pool = new WorkerPool(ports(stack, metrics), settings.worker(), agents, host);
            pool.onTrust(crew.programs()::trustedUntil);
            programs = Optional.of(crew.programs());
            if (settings.mirrors()) {
                pool.onHeartbeats(HeartbeatCopies.to(stack.queues().heartbeatMirror()));
            }
            workers = Optional.of(pool);
        } else {
            workers = Optional.empty();
            programs = Optional.empty();
        }
    }

    private static SchedulerService scheduler(
            Stack stack, EngineSettings settings, HostIdentity host, Orphans orphans, EngineMetrics metrics) {
        return new SchedulerService(
                new SchedulerService.Ports(
                        stack.store().dispatch(),
                        stack.store().recovery(),
                        stack.queues().taskQueue(),
                        stack.queues().hints(),
                        metrics),
                SchedulerSettings.DEFAULT.withLease(settings.worker().lease()),
                host.host(),
                host.bootId(),
                worker -> host.provesDead(worker) && orphans.end());
    }

    private static WorkerPool.Ports ports(Stack stack, EngineMetrics metrics) {
        PostgresStore store = stack.store();
        TaskQueue queue = stack.queues().taskQueue();
        Hints hints = stack.queues().hints();
        return new WorkerPool.Ports(
                store.tasks(),
                store.leases(),
                store.checkpoints(),
                store.children(),
                store.budgets(),
                store.breakers(),
                store.logs(),
                queue,
                hints,
                stack.ids(),
                new SystemTicks(),
                new SystemClock(),
                new SecureRandom(),
                metrics);
    }

    private static Duration reap(Orphans orphans) {
        orphans.reap();
        return REAP_EVERY;
    }

    void start() {
        services.forEach(Service::start);
        workers.ifPresent(WorkerPool::start);
    }

    /** What the services count; the owner may add to it and publish it. */
    PrometheusMeterRegistry registry() {
        return registry;
    }

    EngineMetrics metrics() {
        return metrics;
    }

    /** What keeps failing in its loops, in words. */
    Optional<String> trouble() {
        return services.stream()
                .flatMap(service -> service.trouble().stream())
                .findFirst()
                .or(() -> workers.flatMap(WorkerPool::trouble));
    }

    /** What holds for the processes of its worker's programs. */
    Optional<Keeping> keeping() {
        return programs.map(ProgramHost::keeping);
    }

    Optional<WorkerPool> workers() {
        return workers;
    }

    /** Bounded by the grace and a few seconds; what does not stop in time is left to the end of the process. */
    @Override
    public synchronized void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        try {
            if (workers.isPresent()) {
                workers.get().stop(grace);
            }
            services.forEach(Service::stop);
            for (Service service : services) {
                if (!service.awaitStopped(LOOPS_STOP_WITHIN)) {
                    LOG.warn("a service did not stop within {} and is left behind", LOOPS_STOP_WITHIN);
                }
            }
        } catch (InterruptedException e) {
            services.forEach(Service::stop);
            Thread.currentThread().interrupt();
        } finally {
            registry.close();
        }
    }
}
