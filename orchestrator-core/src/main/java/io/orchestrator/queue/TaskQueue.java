package io.orchestrator.queue;

import io.orchestrator.plan.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
     * The tasks whose tickets wait in the lane, delivered ones that are not settled included. What is sent or settled
     * meanwhile may be in it or not. Reads the whole lane, in pieces.
     */
    Set<String> waiting(Priority lane);

    /**
     * Whether the queue may have lost tickets since this object was last asked: flushed, restarted, failed over, restored.
     * The first one to ask an empty queue hears {@code true} too. Each process that asks hears of each loss once, because
     * a process that heard of it and then died has told nobody; sending everything twice is harmless, not sending it is
     * a delay. Asking also makes the queue whole again (groups, generation mark). The caller answers a {@code true} by
     * sending everything that is queued again.
     */
    boolean lostItsMemory();

    /** Removes what dead readers left behind: consumers idle for longer than this, after handing over their tickets. */
    int removeIdleConsumers(Duration idle);

    @Override
    void close();

    /** One consumer's way to tickets. For one thread at a time. */
    interface Reader extends AutoCloseable {
        /**
         * At most {@code max} tickets, in the order of {@link LaneOrder}; waits up to {@code wait} for the first one.
         * Tickets that this consumer received and never settled (a time-out, a crash) come first. Empty when the time is
         * over, when the reader is closed, and when the thread is interrupted.
         */
        List<Delivery> read(int max, Duration wait);

        /** Acknowledges and deletes; to be called right after the claim, whatever came of it. */
        void settle(List<Delivery> deliveries);

        /** Puts unclaimed deliveries back for other readers, at the end of their lanes, and settles them here. */
        void giveBack(List<Delivery> deliveries);

        /**
         * Ends a read that waits, from whatever thread, and gives back what was delivered and not settled. Idempotent.
         */
        @Override
        void close();
    }
}
