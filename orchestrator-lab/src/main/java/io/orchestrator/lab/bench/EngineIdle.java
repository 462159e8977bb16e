package io.orchestrator.lab.bench;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a hundred workers cost while there is nothing to do, once they have settled: processor time of all services, statements
 * on Postgres.
 */
final class EngineIdle implements Scenario {
    private static final int WORKERS = 100;
    /** A JVM that has just started compiles for longer than its services work in that time. */
    private static final int SETTLE_SECONDS = 180;

    private static final int SECONDS = 30;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws SQLException, InterruptedException {
        DatabaseUrl database = servers.newEngineDatabase();
        try (BenchEngine engine = new BenchEngine(servers, database, AgentRegistry.empty())) {
            engine.start(4);
            for (int i = 1; i < WORKERS; i++) {
                engine.addPool(4);
            }
            CountDownLatch never = new CountDownLatch(1);
            boolean ended = never.await(SETTLE_SECONDS, TimeUnit.SECONDS);
            try (ServerCosts costs = ServerCosts.from(database)) {
                ended |= never.await(SECONDS, TimeUnit.SECONDS);
                return ended ? List.of() : List.of(costs.perSecond("idle", WORKERS, SECONDS));
            }
        }
    }
}
