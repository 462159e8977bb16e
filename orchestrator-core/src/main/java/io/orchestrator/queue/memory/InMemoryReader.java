package io.orchestrator.queue.memory;

import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.LaneOrder;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A consumer of a {@link MemoryBroker}. */
final class InMemoryReader implements TaskQueue.Reader {
    private final MemoryBroker broker;
    private final String consumer;
    private final Consumer<InMemoryReader> onClose;
    private final LaneOrder order = new LaneOrder();
    private final AtomicBoolean closed = new AtomicBoolean();
    private boolean pendingFirst = true;
    private long pendingAfter;

    InMemoryReader(MemoryBroker broker, String consumer, Consumer<InMemoryReader> onClose) {
        this.broker = broker;
        this.consumer = consumer;
        this.onClose = onClose;
    }

    @Override
    public List<Delivery> read(int max, Duration wait) {
        if (max < 1) {
            throw new IllegalArgumentException("expected to read at least 1 ticket, was asked for " + max);
        }
        try {
            List<Delivery> found = closed.get() ? List.of() : takeWhatIsThere(max);
            long left = wait.toNanos();
            while (found.isEmpty() && left > 0) {
                left = broker.awaitTickets(left, closed::get);
                found = left > 0 ? takeWhatIsThere(max) : found;
            }
            return found;
        } catch (QueueUnavailable e) {
            pendingFirst = true;
            pendingAfter = 0;
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private List<Delivery> takeWhatIsThere(int max) {
        if (pendingFirst) {
            List<MemoryBroker.Entry> pending = broker.pendingAfter(consumer, pendingAfter, max);
            if (!pending.isEmpty()) {
                pendingAfter = pending.getLast().id();
                return deliveries(pending);
            }
            pendingFirst = false;
        }
        List<MemoryBroker.Entry> taken = broker.take(consumer, max, order.next());
        if (!taken.isEmpty()) {
            order.broughtTickets();
        }
        return deliveries(taken);
    }

    private static List<Delivery> deliveries(List<MemoryBroker.Entry> entries) {
        return entries.stream()
                .map(e -> new Delivery(e.ticket().taskId(), e.ticket().lane(), Long.toString(e.id())))
                .toList();
    }

    @Override
    public void settle(List<Delivery> deliveries) {
        broker.settle(ids(deliveries));
    }

    @Override
    public void giveBack(List<Delivery> deliveries) {
        broker.giveBack(ids(deliveries));
    }

    private static List<Long> ids(List<Delivery> deliveries) {
        return deliveries.stream().map(d -> Long.valueOf(d.receipt())).toList();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.accept(this);
            broker.wakeAll();
            if (!broker.isAway()) {
                broker.retire(consumer, Duration.ZERO);
            }
        }
    }
}
