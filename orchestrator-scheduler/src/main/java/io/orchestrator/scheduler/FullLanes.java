package io.orchestrator.scheduler;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import io.orchestrator.store.Dispatch;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What waits in lanes that hold more than enough: sending it twice would let them grow with every turn, and not sending would
 * leave a task whose ticket was lost behind all that come after it. For one thread at a time.
 */
final class FullLanes {
    /** A ticket that is due was announced earlier than this, so it is in what was seen, or lost. */
    private static final Duration FRESH = Dispatch.GRACE.dividedBy(2);

    /** Looking takes a fifth of the time at most. */
    private static final int REST = 4;

    private final TaskQueue queue;
    private final int enough;
    private final Ticks ticks;
    private final Map<Priority, Seen> seen = new EnumMap<>(Priority.class);

    private record Seen(Set<String> tasks, long untilNanos) {}

    FullLanes(TaskQueue queue, int enough, Ticks ticks) {
        this.queue = queue;
        this.enough = enough;
        this.ticks = ticks;
    }

    void forget() {
        seen.clear();
    }

    /** Those of the tickets that are not there already, which the caller is about to send. */
    List<Ticket> without(List<Ticket> due, Map<Priority, Long> depth) {
        return due.stream()
                .filter(ticket -> depth.getOrDefault(ticket.lane(), 0L) <= enough
                        || waiting(ticket.lane()).add(ticket.taskId()))
                .toList();
    }

    private Set<String> waiting(Priority lane) {
        Seen last = seen.get(lane);
        if (last == null || ticks.nanos() - last.untilNanos >= 0) {
            last = look(lane);
            seen.put(lane, last);
        }
        return last.tasks;
    }

    private Seen look(Priority lane) {
        long begun = ticks.nanos();
        Set<String> tasks = queue.waiting(lane);
        Duration rest = ticks.since(begun).multipliedBy(REST);
        Duration fresh = rest.compareTo(FRESH) > 0 ? rest : FRESH;
        return new Seen(tasks, begun + fresh.toNanos());
    }
}
