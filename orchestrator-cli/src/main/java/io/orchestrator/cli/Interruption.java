package io.orchestrator.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The wish that the command ends, by Ctrl-C or SIGTERM. Thread-safe; once made it stays. */
public final class Interruption {
    private static final Duration CLOSING = Duration.ofSeconds(20);

    private final CountDownLatch requested = new CountDownLatch(1);
    private volatile Duration patience = CLOSING;

    void request() {
        requested.countDown();
    }

    public boolean requested() {
        return requested.getCount() == 0;
    }

    /** Waits until the wish is made, at most this long; whether it was. */
    public boolean await(Duration atMost) throws InterruptedException {
        return requested.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    public void await() throws InterruptedException {
        requested.await();
    }

    /** Says how long the command may take to end its work; closing connections and servers comes on top. */
    public void allow(Duration grace) {
        patience = grace.plus(CLOSING);
    }

    /** How long to wait for the command to end, before it is ended by force. */
    Duration patience() {
        return patience;
    }
}
