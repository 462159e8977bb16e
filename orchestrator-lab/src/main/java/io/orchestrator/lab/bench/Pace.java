package io.orchestrator.lab.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A steady rate. What falls behind is not made up for. Not thread-safe. */
final class Pace {
    /** A hundred a second: servers, caches and processors rest in between, as they do where work comes now and then. */
    static final Duration HUNDRED_A_SECOND = Duration.ofMillis(10);

    private final long everyNanos;
    private long next = System.nanoTime();

    Pace(Duration every) {
        this.everyNanos = every.toNanos();
    }

    /** Returns when it is time for the next. */
    void await() {
        long now = System.nanoTime();
        next = Math.max(next, now);
        while (now < next) {
            LockSupport.parkNanos(next - now);
            now = System.nanoTime();
        }
        next += everyNanos;
    }
}
