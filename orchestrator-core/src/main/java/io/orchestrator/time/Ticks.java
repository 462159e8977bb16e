package io.orchestrator.time;

import java.time.Duration;

/** A monotonic clock for waiting and for judging one's own lease; its zero means nothing. */
@FunctionalInterface
public interface Ticks {
    /** Nanoseconds since some fixed point of this process. */
    long nanos();

    default Duration since(long earlierNanos) {
        return Duration.ofNanos(nanos() - earlierNanos);
    }
}
