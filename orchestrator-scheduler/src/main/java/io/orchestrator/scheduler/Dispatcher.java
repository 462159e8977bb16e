package io.orchestrator.scheduler;

import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import io.orchestrator.store.Dispatch;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends again what is queued and nobody has taken. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int BATCH = 2_000;
    private static final Duration SPREAD = Duration.ofSeconds(2);

    private final Dispatch store;
    private final TaskQueue queue;
    private final SchedulerSettings settings;
    private final EngineMetrics metrics;
    /** Put off in the store as sent, and not taken by the queue: they go first when it takes tickets again. */
    private List<Ticket> unsent = List.of();

    Dispatcher(Dispatch store, TaskQueue queue, SchedulerSettings settings, EngineMetrics metrics) {
        this.metrics = metrics;
        this.store = store;
        this.queue = queue;
        this.settings = settings;
    }

    /** One round; returns when the next is due. */
    Duration round() {
        if (queue.lostItsMemory()) {
            int due = store.everythingIsDue(SPREAD);
            unsent = List.of();
            LOG.info("the queue is new or has lost its memory; {} queued tasks are sent again", due);
        }
        send(unsent);
        if (backlog() > settings.enoughTickets()) {
            return settings.dispatchEvery();
        }
        List<Ticket> due = store.due(BATCH, settings.resendAfter());
        if (due.isEmpty()) {
            return settings.dispatchEvery();
        }
        send(due);
        return due.size() < BATCH ? settings.dispatchEvery() : Duration.ZERO;
    }

    private void send(List<Ticket> tickets) {
        if (tickets.isEmpty()) {
            return;
        }
        LOG.debug("{} tickets are sent again", tickets.size());
        unsent = tickets;
        queue.send(tickets);
        unsent = List.of();
        metrics.resent(tickets.size());
    }

    private long backlog() {
        return queue.depth().values().stream().mapToLong(Long::longValue).sum();
    }
}
