package io.orchestrator.store;

import java.time.Duration;
import java.time.Instant;

/** When a run starts. */
public sealed interface RunStart {
    RunStart NOW = new Now();

    /** In the transaction that accepts it. */
    record Now() implements RunStart {}

    /** This long after it was accepted. */
    record In(Duration delay) implements RunStart {}

    /** At this instant; now, if that has passed. */
    record At(Instant instant) implements RunStart {}
}
