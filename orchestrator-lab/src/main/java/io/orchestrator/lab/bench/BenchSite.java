package io.orchestrator.lab.bench;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.lab.process.Jvm;
import io.orchestrator.lab.process.ServiceProcess;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Services as processes of their own, on a database and an empty Redis, and an engine in this JVM that only submits.
 * What still runs when it is closed, or when this JVM ends, is ended.
 */
final class BenchSite implements AutoCloseable {
    private static final Duration UNTIL_READY = Duration.ofMinutes(2);

    private final Path folder;
    private final Map<String, String> environment;
    private final BenchEngine submitter;
    private final List<ServiceProcess> services = new CopyOnWriteArrayList<>();
    private final Thread hook = new Thread(this::killAll, "bench-services-end");

    private BenchSite(Path folder, DatabaseUrl database, String redisUrl) {
        this.folder = folder;
        this.environment = Map.of("DATABASE_URL", database.full(), "REDIS_URL", redisUrl);
        this.submitter = new BenchEngine(RedisSettings.of(redisUrl), database, AgentRegistry.empty());
    }

    static BenchSite open(BenchServers servers) {
        servers.emptyRedis();
        BenchSite site = new BenchSite(servers.newFolder(), servers.newEngineDatabase(), servers.redisUrl());
        Runtime.getRuntime().addShutdownHook(site.hook);
        return site;
    }

    /** The way to submit. */
    BenchEngine submitter() {
        return submitter;
    }

    /** Starts a service, with its log in a file of its own. */
    ServiceProcess start(Jvm jvm, String service, String... options) {
        List<String> all = new ArrayList<>(List.of("--port", "0"));
        all.addAll(List.of(options));
        Path log = folder.resolve(service + "-" + services.size() + ".log");
        ServiceProcess process = ServiceProcess.start(jvm, log, environment, service, all);
        services.add(process);
        return process;
    }

    /** Returns when all services work. */
    void awaitReady() throws InterruptedException {
        for (ServiceProcess service : services) {
            if (!service.awaitReady(UNTIL_READY)) {
                throw new IllegalStateException("expected a service to be ready within " + UNTIL_READY.toSeconds()
                        + " s, found: " + service.printed());
            }
        }
    }

    private void killAll() {
        services.forEach(ServiceProcess::kill);
    }

    @Override
    public void close() {
        killAll();
        submitter.close();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook does the same.
        }
    }
}
