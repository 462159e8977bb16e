package io.orchestrator.cli;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.metrics.ProcessMetrics;
import io.orchestrator.scheduler.Scheduler;
import io.orchestrator.server.CannotListenException;
import io.orchestrator.server.Check;
import io.orchestrator.server.DecisionApi;
import io.orchestrator.server.Door;
import io.orchestrator.server.GateDocument;
import io.orchestrator.server.LogApi;
import io.orchestrator.server.OpsServer;
import io.orchestrator.server.PauseApi;
import io.orchestrator.server.Readiness;
import io.orchestrator.server.RunApi;
import io.orchestrator.server.ScheduleApi;
import io.orchestrator.server.ServerSettings;
import io.orchestrator.server.Status;
import io.orchestrator.store.Obstacles;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.program.Keeping;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The HTTP side of a service process: health and metrics, and for those who take work in, scheduling and runs. */
final class HttpDoor implements AutoCloseable {
    private final OpsServer server;
    private final ProcessMetrics processMetrics;

    private HttpDoor(OpsServer server, ProcessMetrics processMetrics) {
        this.server = server;
        this.processMetrics = processMetrics;
    }

    /**
     * Listens on the first of the ports that is free.
     *
     * @param role what this process is, for people
     * @param takesWork whether plans can be scheduled here
     * @throws CannotListenException when none is
     */
    static HttpDoor open(Stack stack, Engine engine, DoorOptions options, String role, boolean takesWork) {
        Ticks ticks = new SystemTicks();
        PrometheusMeterRegistry registry = engine.registry();
        EngineMetrics metrics = engine.metrics();
        metrics.watchQueueDepth(stack.queues().taskQueue()::depth, ticks);
        engine.workers()
                .ifPresent(pool -> metrics.watchSlots(
                        () -> pool.getStats().workerCount(),
                        () -> pool.getStats().running(),
                        () -> pool.getStats().frozen()));
        Status status = Status.of(role, Version.text(), ticks, () -> details(stack, engine));
        Readiness readiness = new Readiness(checks(stack, engine), ticks);
        List<Door> doors = takesWork ? doors(stack) : List.of();
        ProcessMetrics processMetrics = ProcessMetrics.bindTo(registry);
        boolean open = false;
        try {
            OpsServer server =
                    listen(options, takesWork, settings -> new OpsServer(settings, readiness, registry, status, doors));
            open = true;
            return new HttpDoor(server, processMetrics);
        } finally {
            if (!open) {
                processMetrics.close();
            }
        }
    }

    /** Makes a server for a place to listen. */
    private interface Making {
        OpsServer at(ServerSettings settings);
    }

    private static OpsServer listen(DoorOptions options, boolean takesWork, Making making) {
        List<Integer> ports = options.ports(takesWork);
        for (int port : ports.subList(0, ports.size() - 1)) {
            OpsServer server = making.at(options.settings(port, takesWork));
            try {
                server.start();
                return server;
            } catch (CannotListenException e) {
                server.close();
            }
        }
        OpsServer last = making.at(options.settings(ports.getLast(), takesWork));
        last.start();
        return last;
    }

    private static List<Door> doors(Stack stack) {
        RunStore runs = stack.store().runs();
        return List.of(
                new ScheduleApi(new Scheduler(runs, stack.announcer())),
                new RunApi(runs),
                new LogApi(runs, stack.store().logs()),
                new DecisionApi(stack.store().heldPhases(), stack.announcer()),
                new PauseApi(stack.store().gates(), stack.store().dispatch(), runs, stack.announcer()));
    }

    private static List<Check> checks(Stack stack, Engine engine) {
        return List.of(
                Check.required("postgres", () -> stack.store().problem()),
                Check.optional("redis", () -> redis(stack)),
                Check.optional("loops", engine::trouble),
                Check.optional("set-aside", () -> setAside(stack.store().obstacles())));
    }

    private static Optional<String> redis(Stack stack) {
        stack.queues().check();
        return Optional.empty();
    }

    /** While Postgres is away, the check of it says so. */
    private static Optional<String> setAside(Obstacles obstacles) {
        try {
            return ObstacleLines.summary(obstacles.setAside(ObstacleLines.MOST));
        } catch (StoreUnavailable e) {
            return Optional.empty();
        }
    }

    /** What a worker does, and which gates are closed: null while the store does not answer. */
    private static Json details(Stack stack, Engine engine) {
        Json worker = engine.workers().map(WorkerPool::getStats).map(Json::of).orElse(Json.EMPTY_OBJECT);
        return engine.keeping()
                .map(keeping -> worker.with("keeping", keeping(keeping)))
                .orElse(worker)
                .with("gates", gates(stack));
    }

    private static Json keeping(Keeping keeping) {
        return Json.builder()
                .put("by", keeping.by().name().toLowerCase(Locale.ROOT))
                .put("verified", keeping.isVerified())
                .put("guarded", keeping.guarded())
                .put("detail", keeping.detail())
                .build();
    }

    private static Json gates(Stack stack) {
        try {
            return GateDocument.ofGates(stack.store().gates().closed());
        } catch (StoreUnavailable e) {
            return Json.NULL;
        }
    }

    /** Such as {@code http://127.0.0.1:8080}. */
    String url() {
        return server.url();
    }

    /** Where only probes are answered, such as {@code http://127.0.0.1:8081}. */
    String probesUrl() {
        return server.probesUrl();
    }

    @Override
    public void close() {
        server.close();
        processMetrics.close();
    }
}
