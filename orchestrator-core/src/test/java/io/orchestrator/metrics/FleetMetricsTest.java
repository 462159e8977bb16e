package io.orchestrator.metrics;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orchestrator.run.Ids;
import io.orchestrator.store.Obstacles;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FleetMetricsTest {
    @Test
    void values_are_asked_for_before_the_first_scrape_so_that_it_finds_them() throws Exception {
        CompletableFuture<Integer> asked = new CompletableFuture<>();
        Obstacles obstacles = new Obstacles() {
            @Override
            public List<SetAside> setAside(int max) {
                asked.complete(max);
                return List.of();
            }

            @Override
            public List<UnknownTarget> unknownTargets(int max) {
                return List.of();
            }
        };
        SystemClock clock = new SystemClock();
        InMemoryStore store = new InMemoryStore(clock, new Ids(clock, new SplittableRandom(1)));
        FleetMetrics.bindTo(
                new SimpleMeterRegistry(),
                store.dispatch(),
                store.recovery(),
                store.gates(),
                store.timers(),
                obstacles,
                new SystemTicks());
        asked.get(30, TimeUnit.SECONDS);
    }
}
