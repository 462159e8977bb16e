package io.orchestrator.queue;

import io.orchestrator.plan.Priority;
import java.util.ArrayList;
import java.util.List;

/**
 * Which lane is read first. Highest first; but of the reads that bring tickets, every {@value #TURN}th begins with a
 * lower lane: high, normal and low take turns. So under any load each lane has the first pick of one read in
 * {@value #FULL_ROUND}, and none starves. A read that brings nothing does not count: nobody was passed over.
 *
 * <p>Not thread-safe.
 */
public final class LaneOrder {
    static final int TURN = 8;
    static final int FULL_ROUND = 24;

    private static final List<Priority> HIGHEST_FIRST = List.of(Priority.values());

    private int productiveReads;

    /** The order of the next read. */
    public List<Priority> next() {
        int number = productiveReads + 1;
        if (number % TURN != 0) {
            return HIGHEST_FIRST;
        }
        int lower = 1 + (number / TURN - 1) % (HIGHEST_FIRST.size() - 1);
        List<Priority> order = new ArrayList<>(HIGHEST_FIRST);
        order.addFirst(order.remove(lower));
        return order;
    }

    /** Says that a read in the last order brought tickets. */
    public void broughtTickets() {
        productiveReads = (productiveReads + 1) % FULL_ROUND;
    }
}
