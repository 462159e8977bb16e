package io.orchestrator.lab.bench;

import io.orchestrator.lab.process.Jvm;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Throughput with more and more workers, scheduler, timer and each worker in a process of its own. */
final class EngineScale implements Scenario {
    static final int MOST = 4;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws SQLException, InterruptedException {
        List<Measurement> measured = new ArrayList<>();
        Jvm jvm = Jvm.asLaunched();
        try (BenchSite site = BenchSite.open(servers);
                RedisCosts redis = RedisCosts.from(servers)) {
            site.start(jvm, "scheduler");
            site.start(jvm, "timer");
            for (int workers = 1; workers <= MOST; workers++) {
                site.start(jvm, "worker", "--slots", String.valueOf(sizes.slots()));
                site.awaitReady();
                // The new process is cold.
                EngineThroughput.measure(site.submitter(), "warm-up", sizes.n());
                long before = redis.commands();
                Measurement rate = EngineThroughput.measure(site.submitter(), "scale." + workers, sizes.n());
                measured.add(rate.with("redisCommandsPerTask", (redis.commands() - before) / (double) sizes.n()));
            }
        }
        return measured;
    }
}
