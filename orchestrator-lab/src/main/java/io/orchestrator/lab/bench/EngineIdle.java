package io.orchestrator.lab.bench;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
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
    private static final int SECONDS = 30;

    /**
     * A JVM that has just started compiles for longer than its services work in that time, and the less there is to do the
     * longer it goes on. Services run for weeks: they are looked at when that is nearly over.
     */
    private static final int LOOK_SECONDS = 30;

    private static final int SETTLED_MILLIS = 60;
    private static final int LOOKS_AT_MOST = 30;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws SQLException, InterruptedException {
        DatabaseUrl database = servers.newEngineDatabase();
        try (BenchEngine engine = new BenchEngine(servers, database, AgentRegistry.empty())) {
            engine.start(4);
            for (int i = 1; i < WORKERS; i++) {
                engine.addPool(4);
            }
            CountDownLatch never = new CountDownLatch(1);
            boolean ended = settle(never);
            try (ServerCosts costs = ServerCosts.from(database)) {
                ended |= never.await(SECONDS, TimeUnit.SECONDS);
                return ended ? List.of() : List.of(costs.perSecond("idle", WORKERS, SECONDS));
            }
        }
    }

    private static boolean settle(CountDownLatch never) throws InterruptedException {
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        for (int look = 0; look < LOOKS_AT_MOST; look++) {
            long before = compilers.getTotalCompilationTime();
            if (never.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                return true;
            }
            if (compilers.getTotalCompilationTime() - before < SETTLED_MILLIS) {
                return false;
            }
        }
        return false;
    }
}
