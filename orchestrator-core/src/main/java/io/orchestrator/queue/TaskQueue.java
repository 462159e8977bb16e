package io.orchestrator.queue;

import io.orchestrator.plan.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Carries tickets from schedulers to workers. Thread-safe.
 *
 * <p>Every method may throw {@link QueueUnavailable}; each may then be called again.
 */
public interface TaskQueue extends AutoCloseable {
    /** Appends the tickets to their lanes, in one round trip. The same ticket sent twice is harmless. */
    void send(List<Ticket> tickets);

    /** A reader of its own connection; {@code consumer} names it in the group and is reused after a restart. */
    Reader reader(String consumer);

    /** How many tickets wait in each lane, delivered ones that are not settled included. */
    Map<Priority, Long> depth();

    /**
     * Whether the queue has lost its memory since this was last asked by anyone: flushed, failed over to an empty
     * server, restored. Asking also makes the queue whole again (groups, generation mark). The caller answers a
     * {@code true} by sending everything that is queued again.
     */
    boolean lostItsMemory();

    /** Removes what dead readers left behind: consumers idle for longer than this, after handing over their tickets. */
    int removeIdleConsumers(Duration idle);

    @Override
    void close();

    /** One consumer's way to tickets. For one thread at a time. */
    interface Reader extends AutoCloseable {
        /**
         * At most {@code max} tickets, higher lanes first; waits up to {@code wait} for the first one. Tickets that this
         * consumer received and never settled (a time-out, a crash) come first.
         */
        List<Delivery> read(int max, Duration wait);

        /** Acknowledges and deletes; to be called right after the claim, whatever came of it. */
        void settle(List<Delivery> deliveries);

        /** Puts unclaimed deliveries back for other readers, and settles them here. */
        void giveBack(List<Delivery> deliveries);

        @Override
        void close();
    }
}
