package io.orchestrator.worker;

import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.queue.memory.InMemoryHints;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import java.util.random.RandomGenerator;

/** What a worker needs, by way of the twins in memory. */
final class PortsInMemory {
    private PortsInMemory() {}

    static WorkerPool.Ports of(InMemoryStore store, InMemoryTaskQueue queue, Ids ids, RandomGenerator random) {
        return new WorkerPool.Ports(
                store.tasks(),
                store.leases(),
                store.checkpoints(),
                store.children(),
                store.budgets(),
                store.breakers(),
                store.logs(),
                queue,
                new InMemoryHints(),
                ids,
                new SystemTicks(),
                new SystemClock(),
                random,
                EngineMetrics.none());
    }
}
