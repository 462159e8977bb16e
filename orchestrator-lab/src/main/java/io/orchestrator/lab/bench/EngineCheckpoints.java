package io.orchestrator.lab.bench;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Checkpoints of one kilobyte, each durable when the call returns: by one agent alone, and by as many as there are slots. */
final class EngineCheckpoints implements Scenario {
    private static final int ALONE = 1_000;
    private static final int TOGETHER = 200;
    private static final int WARM_UP = 1_000;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws SQLException {
        Json data = Json.object("text", "x".repeat(1_000));
        ConcurrentLinkedQueue<long[]> saves = new ConcurrentLinkedQueue<>();
        AgentRegistry agents = AgentRegistry.empty().with("Saver", context -> {
            int n = (int) context.input().get("saves").orElseThrow().asLong();
            long[] nanos = new long[n];
            for (int i = 0; i < n; i++) {
                long began = System.nanoTime();
                context.checkpoint("step-" + i, data);
                nanos[i] = System.nanoTime() - began;
            }
            saves.add(nanos);
            return Json.EMPTY_OBJECT;
        });
        try (BenchEngine engine = new BenchEngine(servers, servers.newEngineDatabase(), agents)) {
            engine.start(sizes.slots());
            engine.awaitEnd(engine.submitShards("Saver", 1, "saves", WARM_UP + ALONE));
            long[] alone = saves.remove();
            long began = System.nanoTime();
            engine.awaitEnd(engine.submitShards("Saver", sizes.slots(), "saves", TOGETHER));
            long took = System.nanoTime() - began;
            return List.of(
                    Measurement.times(
                            "checkpoint", Percentiles.ofNanos(Arrays.copyOfRange(alone, WARM_UP, alone.length))),
                    Measurement.rate("checkpoint.together", sizes.slots() * TOGETHER, took));
        }
    }
}
