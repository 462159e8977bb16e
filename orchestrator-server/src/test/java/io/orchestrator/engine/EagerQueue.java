package io.orchestrator.engine;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A queue that acknowledges a ticket when it is read, before anybody has claimed the task. */
final class EagerQueue implements TaskQueue {
    private final TaskQueue real;

    EagerQueue(TaskQueue real) {
        this.real = real;
    }

    @Override
    public Reader reader(String consumer) {
        Reader reader = real.reader(consumer);
        return new Reader() {
            @Override
            public List<Delivery> read(int max, Duration wait) {
                List<Delivery> deliveries = reader.read(max, wait);
                reader.settle(deliveries);
                return deliveries;
            }

            @Override
            public void settle(List<Delivery> deliveries) {
                // It was done when reading.
            }

            @Override
            public void giveBack(List<Delivery> deliveries) {
                // There is nothing left to give back.
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }

    @Override
    public void send(List<Ticket> tickets) {
        real.send(tickets);
    }

    @Override
    public Map<Priority, Long> depth() {
        return real.depth();
    }

    @Override
    public Set<String> waiting(Priority lane) {
        return real.waiting(lane);
    }

    @Override
    public boolean lostItsMemory() {
        return real.lostItsMemory();
    }

    @Override
    public int removeIdleConsumers(Duration idle) {
        return real.removeIdleConsumers(idle);
    }

    @Override
    public void close() {
        real.close();
    }
}
