package io.orchestrator.worker.program;

import java.time.Duration;

/** A span of waiting, measured in monotonic ticks so that a clock that is set does not stretch or cut it. */
final class Countdown {
    private final long startNanos = System.nanoTime();
    private final long lengthNanos;

    private Countdown(long lengthNanos) {
        this.lengthNanos = lengthNanos;
    }

    static Countdown of(Duration length) {
        return new Countdown(length.toNanos());
    }

    boolean isOver() {
        return remainingNanos() <= 0;
    }

    long remainingNanos() {
        return lengthNanos - (System.nanoTime() - startNanos);
    }
}
