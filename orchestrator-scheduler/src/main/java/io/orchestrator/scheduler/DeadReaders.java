package io.orchestrator.scheduler;

import io.orchestrator.queue.TaskQueue;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what killed workers left in the queue: their names, and tickets that they received and never settled. Such
 * tickets would count as backlog for ever, and hold back the dispatcher, which sends nothing again while there is enough
 * of it.
 *
 * <p>A reader that lives looks at the queue every few seconds while it has free slots, and holds nothing while it has
 * none. One that was removed by mistake is made again by its next read, and what it held is only a ticket.
 */
final class DeadReaders {
    private static final Logger LOG = LoggerFactory.getLogger(DeadReaders.class);

    private final TaskQueue queue;
    private final Duration deadAfter;

    DeadReaders(TaskQueue queue, Duration deadAfter) {
        this.queue = queue;
        this.deadAfter = deadAfter;
    }

    /** One round; returns when the next is due. */
    Duration round() {
        int removed = queue.removeIdleConsumers(deadAfter);
        if (removed > 0) {
            LOG.info("{} readers that had not been heard of for {} were removed from the queue", removed, deadAfter);
        }
        return deadAfter.dividedBy(2);
    }
}
