package io.orchestrator.service;

import io.orchestrator.queue.Hints;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.store.Ready;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the others what a transaction made ready, after its commit. Best effort: what is not told here is found by the
 * dispatcher and by the timer service's own waking. Thread-safe.
 */
public final class Announcer {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

    private final TaskQueue queue;
    private final Hints hints;

    public Announcer(TaskQueue queue, Hints hints) {
        this.queue = queue;
        this.hints = hints;
    }

    public void announce(Ready ready) {
        if (ready.timersChanged()) {
            hints.publish(Hints.TIMERS, "");
        }
        if (!ready.tickets().isEmpty()) {
            try {
                queue.send(ready.tickets());
            } catch (QueueUnavailable e) {
                LOG.debug(
                        "{} tickets are left to the dispatcher: {}",
                        ready.tickets().size(),
                        e.getMessage());
            }
        }
    }
}
