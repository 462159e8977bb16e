package io.orchestrator.queue.redis;

import java.time.Duration;

/** The end of a wait, in monotonic ticks: moving the wall clock neither shortens nor lengthens it. */
record Deadline(long atNanos) {
    static Deadline in(Duration wait) {
        return new Deadline(System.nanoTime() + wait.toNanos());
    }

    boolean isOver() {
        return left().isZero();
    }

    /** Never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, atNanos - System.nanoTime()));
    }
}
