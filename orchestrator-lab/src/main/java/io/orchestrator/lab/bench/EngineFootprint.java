package io.orchestrator.lab.bench;

import io.orchestrator.json.Json;
import io.orchestrator.lab.process.AotCache;
import io.orchestrator.lab.process.Jvm;
import io.orchestrator.lab.process.ServiceProcess;
import io.orchestrator.time.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What it takes to have the services running: memory of each process while there is nothing to do, and the time from
 * the launch of a process to the end of its first task; without and with a cache of the JVM such as the launcher makes.
 */
final class EngineFootprint implements Scenario {
    private static final List<String> SERVICES = List.of("scheduler", "worker", "timer", "server", "all");
    private static final int SETTLE_SECONDS = 5;
    private static final Duration RUN = Duration.ofMinutes(2);

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws Exception {
        Jvm jvm = Jvm.asLaunched();
        List<Measurement> measured = new ArrayList<>(with(jvm, "", servers));
        Optional<String> obstacle = AotCache.obstacle();
        if (obstacle.isPresent()) {
            measured.add(Measurement.missing("footprint.aot", obstacle.get()));
        } else {
            measured.addAll(with(AotCache.of(jvm, servers.newFolder()), ".aot", servers));
        }
        return measured;
    }

    private static List<Measurement> with(Jvm jvm, String suffix, BenchServers servers) throws Exception {
        List<Measurement> measured = new ArrayList<>();
        if (ResidentMemory.isKnown()) {
            measured.addAll(memory(jvm, suffix, servers));
        } else {
            measured.add(Measurement.missing("footprint.memory" + suffix, "no memory: there is no /proc here"));
        }
        measured.add(Measurement.figure("footprint.first-task" + suffix, 1, "ms", firstTask(jvm, servers)));
        Path data = servers.newFolder();
        double onNewData = run(jvm, data);
        measured.add(Measurement.figure("footprint.run" + suffix, 1, "newDataMs", onNewData)
                .with("ms", run(jvm, data)));
        return measured;
    }

    private static List<Measurement> memory(Jvm jvm, String suffix, BenchServers servers) throws InterruptedException {
        List<Measurement> measured = new ArrayList<>();
        try (BenchSite site = BenchSite.open(servers)) {
            Map<String, ServiceProcess> processes = new LinkedHashMap<>();
            for (String service : SERVICES) {
                processes.put(service, site.start(jvm, service));
                // One after the other, because a start takes all processors that there are.
                site.awaitReady();
            }
            boolean ended = new CountDownLatch(1).await(SETTLE_SECONDS, TimeUnit.SECONDS);
            processes.forEach((service, process) -> {
                ResidentMemory memory = ResidentMemory.of(process.pid());
                measured.add(Measurement.figure("footprint." + service + suffix, 1, "rssMb", memory.allMb())
                        .with("anonymousMb", memory.anonymousMb()));
            });
            return ended ? List.of() : measured;
        }
    }

    /** All services in one process, which finds a task that waits for it. */
    private static double firstTask(Jvm jvm, BenchServers servers) throws Exception {
        try (BenchSite site = BenchSite.open(servers)) {
            String runId = site.submitter().submitShards("Nothing", 1);
            Instant launched = new SystemClock().instant();
            site.start(jvm, "all");
            site.awaitReady();
            // By the clock of Postgres, which is this machine's.
            return ms(launched, site.submitter().awaitEnd(runId).finishedAt().orElseThrow());
        }
    }

    /** The command that starts servers of its own for a plan; its run ends with its only task. */
    private static double run(Jvm jvm, Path folder) throws IOException, InterruptedException {
        Path plan = Files.writeString(folder.resolve("plan.json"), """
                {"name": "first", "phases": [{"phase": "P", "agents": ["Nothing"]}]}
                """);
        List<String> options = List.of(
                plan.toString(), "--data-dir", folder.resolve("data").toString(), "--progress", "none", "-o", "json");
        Instant launched = new SystemClock().instant();
        ServiceProcess run = ServiceProcess.start(jvm, folder.resolve("run.log"), Map.of(), "run", options);
        try {
            run.awaitEnd(RUN);
        } finally {
            run.kill();
        }
        Json document = run.printed()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(Json::parse)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("expected a run's document, found: " + run.printed()));
        return ms(launched, Instant.parse(document.text("finishedAt").orElseThrow()));
    }

    private static double ms(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }
}
