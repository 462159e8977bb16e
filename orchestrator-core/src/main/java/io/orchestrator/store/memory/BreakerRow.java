package io.orchestrator.store.memory;

import io.orchestrator.run.BreakerDecisions;
import java.time.Duration;
import java.time.Instant;

/** A breaker that is not closed. */
record BreakerRow(
        String target, boolean halfOpen, int trips, Duration pause, int probes, String reason, Instant retryAt) {
    /** How long it holds its target each time. */
    Duration hold() {
        return BreakerDecisions.hold(pause, trips);
    }

    BreakerRow opened(int times, String why, Instant now) {
        return new BreakerRow(target, false, times, pause, probes, why, now.plus(BreakerDecisions.hold(pause, times)));
    }

    BreakerRow probing(Instant now) {
        return new BreakerRow(target, true, trips, pause, probes, reason, now.plus(hold()));
    }
}
