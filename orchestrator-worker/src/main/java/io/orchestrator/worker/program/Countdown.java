package io.orchestrator.worker.program;

import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.time.Duration;

/**
 * A span of waiting, measured in monotonic ticks so that a clock that is set does not stretch or cut it. The ticks are
 * the machine's: what is waited for are its processes, which follow no other clock.
 */
final class Countdown {
    private final Ticks ticks = new SystemTicks();
    private final long startNanos = ticks.nanos();
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
        return lengthNanos - (ticks.nanos() - startNanos);
    }
}
