package io.orchestrator.service;

import java.time.Duration;

/** Something that runs until it is told to stop. Thread-safe; starting twice or stopping twice does no more than once. */
public interface Service {
    void start();

    /** Asks it to stop and returns at once. */
    void stop();

    /** Waits until it has stopped; false when that took longer. */
    boolean awaitStopped(Duration atMost) throws InterruptedException;
}
