package io.orchestrator.store;

import io.orchestrator.queue.Ticket;
import java.util.ArrayList;
import java.util.List;

/**
 * What a transaction made ready, to be acted on after its commit.
 *
 * @param tickets tasks that are queued now
 * @param timersChanged whether a timer was set that may be due before all others
 */
public record Ready(List<Ticket> tickets, boolean timersChanged) {
    public static final Ready NOTHING = new Ready(List.of(), false);

    public Ready {
        tickets = List.copyOf(tickets);
    }

    public Ready and(Ready other) {
        List<Ticket> all = new ArrayList<>(tickets);
        all.addAll(other.tickets);
        return new Ready(all, timersChanged || other.timersChanged);
    }
}
