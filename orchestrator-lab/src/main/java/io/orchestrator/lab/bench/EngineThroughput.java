package io.orchestrator.lab.bench;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import java.util.List;
import java.util.stream.IntStream;

/** A plan of many tasks that do nothing: from its submission until the end of the last one is durable. */
final class EngineThroughput implements Scenario {
    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) {
        try (BenchEngine engine = BenchEngine.with(servers, "Nothing", context -> Json.EMPTY_OBJECT)) {
            engine.start(sizes.slots());
            return List.of(measure(engine, "throughput", sizes.n()));
        }
    }

    static Measurement measure(BenchEngine engine, String name, int n) {
        Json items = Json.array(IntStream.range(0, n).boxed().toList());
        long began = System.nanoTime();
        String runId = engine.submit(plan(n), Json.object("items", items));
        long submitted = System.nanoTime();
        RunView end = engine.awaitEnd(runId);
        long ended = System.nanoTime();
        int completed = end.phases().getFirst().completed();
        if (end.state() != StageState.COMPLETED || completed != n) {
            throw new IllegalStateException("expected " + n + " completed tasks, found " + completed + " and a run "
                    + end.state().wire() + " (" + end.reason() + ")");
        }
        return Measurement.rate(name, n, ended - began).with("submitMs", (submitted - began) / 1e6);
    }

    private static String plan(int n) {
        return """
                {"name": "throughput", "phases": [{"phase": "P", "parallelism": %d,
                  "agents": [{"agent": "Nothing", "shard": {"over": "items", "size": 1}}]}]}
                """.formatted(n);
    }
}
