package io.orchestrator.worker;

import io.orchestrator.agent.Usage;
import io.orchestrator.metrics.EngineMetrics;
import java.util.concurrent.atomic.AtomicReference;

/** What all attempts of a pool have used since it was made. Thread-safe. */
final class PoolUsage {
    private final AtomicReference<Usage> total = new AtomicReference<>(Usage.NONE);
    private final EngineMetrics metrics;

    PoolUsage(EngineMetrics metrics) {
        this.metrics = metrics;
    }

    void add(Usage more) {
        total.accumulateAndGet(more, Usage::plus);
        metrics.used(more);
    }

    Usage total() {
        return total.get();
    }
}
