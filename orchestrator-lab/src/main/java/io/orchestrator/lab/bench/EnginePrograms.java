package io.orchestrator.lab.bench;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.worker.program.ProgramAgent;
import io.orchestrator.worker.program.ProgramHost;
import io.orchestrator.worker.program.ProgramSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Agents that are programs: how many a second, and what one takes from its start until it and all it started are gone,
 * beside what the system takes for the same program bare.
 */
final class EnginePrograms implements Scenario {
    private static final List<String> COMMAND = List.of("true");
    private static final int MOST = 2_000;
    private static final int ALONE = 200;
    private static final int WARM_UP = 50;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws Exception {
        int n = Math.min(sizes.n(), MOST);
        Agent program = new ProgramAgent(
                ProgramSpec.of("Program", COMMAND, servers.newFolder()), ProgramHost.of("bench-worker"));
        ConcurrentLinkedQueue<Long> together = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<long[]> alone = new ConcurrentLinkedQueue<>();
        AgentRegistry agents = AgentRegistry.empty()
                .with("Alone", context -> {
                    alone.add(timed(() -> program.execute(context)));
                    return Json.EMPTY_OBJECT;
                })
                .with("Nothing", context -> {
                    long began = System.nanoTime();
                    Json output = program.execute(context);
                    together.add(System.nanoTime() - began);
                    return output;
                });
        try (BenchEngine engine = new BenchEngine(servers, servers.newEngineDatabase(), agents)) {
            engine.start(sizes.slots());
            engine.awaitEnd(engine.submitShards("Alone", 1));
            Measurement rate = EngineThroughput.measure(engine, "programs", n);
            return List.of(
                    Measurement.times("limit.program", Percentiles.ofNanos(timed(EnginePrograms::bare))),
                    Measurement.times("programs.alone", Percentiles.ofNanos(alone.remove())),
                    rate.with(Percentiles.ofNanos(
                            together.stream().mapToLong(Long::longValue).toArray())));
        }
    }

    private interface Start {
        void toEnd() throws Exception;
    }

    /** One after the other. */
    private static long[] timed(Start start) throws Exception {
        long[] nanos = new long[WARM_UP + ALONE];
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            start.toEnd();
            nanos[i] = System.nanoTime() - began;
        }
        return Arrays.copyOfRange(nanos, WARM_UP, nanos.length);
    }

    private static void bare() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(COMMAND).start();
        process.getOutputStream().close();
        process.waitFor();
    }
}
