package io.orchestrator.service;

import java.time.Duration;
import java.util.Optional;

/** Something that runs until it is told to stop. Thread-safe; starting twice or stopping twice does no more than once. */
public interface Service {
    void start();

    /** Asks it to stop and returns at once. */
    void stop();

    /** What keeps failing inside of it, in words; empty while all is well. A store or a queue that is away is no news of it. */
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /** Waits until it has stopped; false when that took longer. */
    boolean awaitStopped(Duration atMost) throws InterruptedException;
}
