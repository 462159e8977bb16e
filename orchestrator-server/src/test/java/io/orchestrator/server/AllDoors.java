package io.orchestrator.server;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.memory.InMemoryHints;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.scheduler.Scheduler;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.memory.Faults;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A server with every door there is, over a store in memory with one run in it. */
final class AllDoors implements AutoCloseable {
    private final SystemClock clock = new SystemClock();
    private final InMemoryStore store = new InMemoryStore(clock, new Ids(clock, new SecureRandom()), Faults.NONE);
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(clock);
    private final OpsServer server;
    private final String runId;

    AllDoors(ServerSettings settings, Door... more) {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new EngineMetrics(metrics).claimed(1, 1);
        Announcer announcer = new Announcer(queue, new InMemoryHints());
        List<Door> doors = new ArrayList<>(List.of(
                new ScheduleApi(new Scheduler(store.runs(), announcer)),
                new RunApi(store.runs()),
                new LogApi(store.runs(), store.logs()),
                new DecisionApi(store.heldPhases(), announcer),
                new PauseApi(store.gates(), store.dispatch(), store.runs(), announcer)));
        doors.addAll(List.of(more));
        server = new OpsServer(
                settings,
                new Readiness(List.of(), new SystemTicks()),
                metrics,
                Status.of("all", "test", new SystemTicks(), () -> Json.EMPTY_OBJECT),
                doors);
        Json plan = Json.parse("{\"name\":\"x\",\"phases\":[{\"phase\":\"P\",\"agents\":[\"A\"]}]}");
        runId = store.runs()
                .submit(new RunRequest(
                        PlanReader.read(plan), plan, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.of("the-key")))
                .runId();
        server.start();
    }

    String url() {
        return server.url();
    }

    String probesUrl() {
        return server.probesUrl();
    }

    List<Routes.Route> routes() {
        return server.routes().all();
    }

    String runId() {
        return runId;
    }

    /** A path of a route that leads to something. */
    String pathOf(Routes.Route route) {
        String task = store.runs()
                .view(runId, true)
                .orElseThrow()
                .phases()
                .getFirst()
                .tasks()
                .getFirst()
                .id();
        String path = route.path().replace("/runs/{id}", "/runs/" + runId).replace("/tasks/{id}", "/tasks/" + task);
        path = path.replace("{phase}", "P").replace("{lane}", "low");
        return path.equals("/runs") ? "/runs?key=the-key" : path;
    }

    @Override
    public void close() {
        server.close();
        queue.close();
    }
}
