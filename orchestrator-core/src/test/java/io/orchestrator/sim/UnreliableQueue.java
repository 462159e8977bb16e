package io.orchestrator.sim;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A connection to the queue that loses, doubles and delays tickets by chance. */
final class UnreliableQueue implements TaskQueue {
    private final TaskQueue queue;
    private final Engine engine;

    UnreliableQueue(TaskQueue queue, Engine engine) {
        this.queue = queue;
        this.engine = engine;
    }

    @Override
    public void send(List<Ticket> tickets) {
        World world = engine.world();
        double probability = engine.queueFaults();
        if (world.chance(probability)) {
            world.note("queue", tickets.size() + " tickets lost");
            return;
        }
        if (world.chance(probability)) {
            world.note("queue", tickets.size() + " tickets late");
            world.after(world.between(Pace.SECOND, 2 * Pace.HOUR), () -> sendLate(tickets));
            return;
        }
        queue.send(tickets);
        if (world.chance(probability)) {
            world.note("queue", tickets.size() + " tickets doubled");
            queue.send(tickets);
        }
        engine.ticketsCame();
        if (world.chance(probability)) {
            throw answerLost();
        }
    }

    static QueueUnavailable answerLost() {
        return new QueueUnavailable("an answer was lost", new IllegalStateException("a fault was injected"));
    }

    private void sendLate(List<Ticket> tickets) {
        try {
            queue.send(tickets);
            engine.ticketsCame();
        } catch (QueueUnavailable e) {
            engine.world().note("queue", "late tickets lost: " + e.getMessage());
        }
    }

    @Override
    public Reader reader(String consumer) {
        return new UnreliableReader(queue.reader(consumer), engine);
    }

    @Override
    public Map<Priority, Long> depth() {
        return queue.depth();
    }

    @Override
    public Set<String> waiting(Priority lane) {
        return queue.waiting(lane);
    }

    @Override
    public boolean lostItsMemory() {
        return queue.lostItsMemory();
    }

    @Override
    public int removeIdleConsumers(Duration idle) {
        return queue.removeIdleConsumers(idle);
    }

    @Override
    public void close() {
        queue.close();
    }
}
