package io.orchestrator.queue.redis;

import io.orchestrator.time.Ticks;
import java.time.Duration;

/** The end of a wait, in monotonic ticks: moving the wall clock neither shortens nor lengthens it. */
record Deadline(Ticks ticks, long atNanos) {
    static Deadline in(Ticks ticks, Duration wait) {
        return new Deadline(ticks, ticks.nanos() + wait.toNanos());
    }

    boolean isOver() {
        return left().isZero();
    }

    /** Never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, atNanos - ticks.nanos()));
    }
}
