package io.orchestrator.lab.bench;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many tasks that do nothing: from the first submission until the end of the last one is durable. */
final class EngineThroughput implements Scenario {
    private static final int TASKS_OF_A_RUN = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(EngineThroughput.class);

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws SQLException {
        DatabaseUrl database = servers.newEngineDatabase();
        AgentRegistry agents = AgentRegistry.empty().with("Nothing", context -> Json.EMPTY_OBJECT);
        try (BenchEngine engine = new BenchEngine(servers, database, agents);
                ServerCosts costs = ServerCosts.from(database)) {
            engine.start(sizes.slots());
            Measurement measured = costs.addTo(measure(engine, "throughput", sizes.n()));
            costs.longest(12).forEach(line -> LOG.info("{}", line));
            return List.of(measured);
        }
    }

    /** As one client that submits in bulk: plans of a thousand tasks, one after the other. */
    static Measurement measure(BenchEngine engine, String name, int n) throws SQLException {
        long began = System.nanoTime();
        List<String> runs = new ArrayList<>();
        for (int submitted = 0; submitted < n; submitted += TASKS_OF_A_RUN) {
            runs.add(engine.submitShards("Nothing", Math.min(TASKS_OF_A_RUN, n - submitted)));
        }
        long submitted = System.nanoTime();
        engine.awaitEnds(runs);
        long ended = System.nanoTime();
        int completed =
                runs.stream().mapToInt(run -> completedBy(engine.view(run))).sum();
        if (completed != n) {
            throw new IllegalStateException("expected " + n + " completed tasks, found " + completed);
        }
        return Measurement.rate(name, n, ended - began).with("submitMs", (submitted - began) / 1e6);
    }

    private static int completedBy(RunView end) {
        if (end.state() != StageState.COMPLETED) {
            throw new IllegalStateException(
                    "expected a completed run, found one that is " + end.state().wire() + " (" + end.reason() + ")");
        }
        return end.phases().getFirst().completed();
    }
}
