package io.orchestrator.worker;

import io.orchestrator.agent.Freezable;
import io.orchestrator.attempt.CutOffDecisions.Body;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Has what works for an attempt stand still and go on. Thread-safe, and never waits for it. */
final class Standstill {
    private static final Duration LOOK_AGAIN_EVERY = Duration.ofSeconds(1);

    private final Ticks ticks;
    private @Nullable Freezable freezable;
    private @Nullable Long sinceNanos;
    private long lookedNanos;

    Standstill(Ticks ticks) {
        this.ticks = ticks;
    }

    synchronized void of(Freezable body) {
        freezable = body;
    }

    synchronized Body body() {
        return sinceNanos == null ? new Body.Works(freezable != null) : new Body.StandsStill(ticks.since(sinceNanos));
    }

    synchronized boolean isOn() {
        return sinceNanos != null;
    }

    /** Begins it, or now and then has it looked after. */
    synchronized void hold(Runnable couldNot) {
        if (freezable == null || (sinceNanos != null && ticks.since(lookedNanos).compareTo(LOOK_AGAIN_EVERY) < 0)) {
            return;
        }
        lookedNanos = ticks.nanos();
        if (sinceNanos == null) {
            sinceNanos = lookedNanos;
        }
        freezable.freeze(couldNot);
    }

    /** Ends it; how long it was. */
    synchronized Duration end() {
        if (freezable == null || sinceNanos == null) {
            return Duration.ZERO;
        }
        Duration length = ticks.since(sinceNanos);
        sinceNanos = null;
        freezable.thaw();
        return length;
    }
}
