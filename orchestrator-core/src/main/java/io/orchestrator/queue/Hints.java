package io.orchestrator.queue;

import java.util.function.Consumer;

/**
 * Wake-up calls between processes: best effort, may be lost, never needed for correctness. Thread-safe.
 */
public interface Hints {
    /** A timer was set that may be due before all others. */
    String TIMERS = "timers";

    /** Something happened to the run whose id is the message. */
    String RUNS = "runs";

    /** Tells the others; failure is silent but for a metric, because whoever sleeps also wakes by itself. */
    void publish(String channel, String message);

    /** Calls {@code listener} on a thread of the hints' own, which it must not block, until closed. */
    Subscription subscribe(String channel, Consumer<String> listener);

    /** Ends a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
