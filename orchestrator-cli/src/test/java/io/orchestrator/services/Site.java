package io.orchestrator.services;

import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.redis.RedisQueues;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.run.Ids;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemClock;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A deployment under test: a database and a Redis database of its own, and the service processes that were started. */
final class Site implements AutoCloseable {
    private static final AtomicInteger REDIS_DATABASES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    final DatabaseUrl database = TestServers.newDatabase();
    final String redis = TestServers.redisUrl() + "/" + (1 + REDIS_DATABASES.getAndIncrement() % 15);
    final Path directory;
    final PostgresStore store =
            PostgresStore.open(database, "site", 4, new Ids(new SystemClock(), new SecureRandom()));
    private final RedisQueues queues = RedisQueues.open(RedisSettings.of(redis));
    private final List<ServiceProcess> processes = new ArrayList<>();

    Site(Path directory) {
        this.directory = directory;
    }

    ServiceProcess start(String service, String... options) {
        ServiceProcess process = ServiceProcess.start(
                directory.resolve(service + "-" + processes.size() + ".log"),
                Map.of("DATABASE_URL", database.full(), "REDIS_URL", redis),
                service,
                options);
        processes.add(process);
        return process;
    }

    String submit(String plan) {
        return submit(plan, AgentsFile.EMPTY.toJson());
    }

    String submit(String plan, Json agents) {
        Json source = Json.parse(plan.replace('\'', '"'));
        var submission = store.runs()
                .submit(new RunRequest(PlanReader.read(source), source, Json.EMPTY_OBJECT, agents, Optional.empty()));
        new Announcer(queues.taskQueue(), queues.hints()).announce(submission.ready());
        return submission.runId();
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

    List<EventView> events(String runId, String kind) {
        return store.runs().events(runId, 0, 100_000).stream()
                .filter(e -> e.kind().equals(kind))
                .toList();
    }

    @Override
    public void close() throws IOException {
        processes.forEach(ServiceProcess::kill);
        queues.close();
        store.close();
    }
}
