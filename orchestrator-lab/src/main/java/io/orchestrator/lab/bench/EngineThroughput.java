package io.orchestrator.lab.bench;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A plan of many tasks that do nothing: from its submission until the end of the last one is durable. */
final class EngineThroughput implements Scenario {
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

    static Measurement measure(BenchEngine engine, String name, int n) throws SQLException {
        long began = System.nanoTime();
        String runId = engine.submitShards("Nothing", n);
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
}
