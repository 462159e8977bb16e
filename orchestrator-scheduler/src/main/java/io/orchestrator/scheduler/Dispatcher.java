package io.orchestrator.scheduler;

import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import io.orchestrator.store.Dispatch;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends again what is queued and nobody has taken. Each lane is judged by itself: what waits in one keeps nothing from being
 * sent in another, and in a full one the tickets that are there are not sent twice.
 */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int BATCH = 2_000;
    private static final Duration SPREAD = Duration.ofSeconds(2);

    /** In a lane with more than so many times what is enough, tasks are looked at in a longer turn: each look is a write. */
    private static final int LONG_LANE = 10;

    private final Dispatch store;
    private final TaskQueue queue;
    private final SchedulerSettings settings;
    private final EngineMetrics metrics;
    private final FullLanes fullLanes;
    /** Put off in the store as sent, and not taken by the queue: they go first when it takes tickets again. */
    private List<Ticket> unsent = List.of();

    Dispatcher(Dispatch store, TaskQueue queue, SchedulerSettings settings, EngineMetrics metrics, Ticks ticks) {
        this.metrics = metrics;
        this.store = store;
        this.queue = queue;
        this.settings = settings;
        this.fullLanes = new FullLanes(queue, settings.enoughTickets(), ticks);
    }

    /** One round; returns when the next is due. */
    Duration round() {
        if (queue.lostItsMemory()) {
            int due = store.everythingIsDue(SPREAD);
            unsent = List.of();
            fullLanes.forget();
            LOG.info("the queue is new or has lost its memory; {} queued tasks are sent again", due);
        }
        Map<Priority, Long> depth = queue.depth();
        send(unsent, depth);
        List<Ticket> due = store.due(BATCH, lane -> again(depth.getOrDefault(lane, 0L)));
        send(due, depth);
        return due.size() < BATCH ? settings.dispatchEvery() : Duration.ZERO;
    }

    private Duration again(long waiting) {
        long turns = Math.max(1, waiting / ((long) LONG_LANE * settings.enoughTickets()));
        return settings.resendAfter().multipliedBy(turns);
    }

    private void send(List<Ticket> due, Map<Priority, Long> depth) {
        unsent = due;
        try {
            List<Ticket> missing = fullLanes.without(due, depth);
            if (!missing.isEmpty()) {
                LOG.debug("{} tickets are sent again", missing.size());
                queue.send(missing);
                metrics.resent(missing.size());
            }
        } catch (QueueUnavailable e) {
            fullLanes.forget();
            throw e;
        }
        unsent = List.of();
    }
}
