package io.orchestrator.queue.memory;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One process's view of a {@link MemoryBroker}. Reads that are given no time to wait return at once, and nothing else
 * here waits, so a simulation can run it on one thread under a virtual clock.
 */
public final class InMemoryTaskQueue implements TaskQueue {
    private final MemoryBroker broker;
    private final Set<InMemoryReader> readers = ConcurrentHashMap.newKeySet();
    private long seenGeneration;

    /** A queue of its own. */
    public InMemoryTaskQueue(InstantSource clock) {
        this(new MemoryBroker(clock));
    }

    /** A further connection to a broker that others use too. */
    public InMemoryTaskQueue(MemoryBroker broker) {
        this.broker = broker;
    }

    @Override
    public void send(List<Ticket> tickets) {
        broker.send(tickets);
    }

    @Override
    public Reader reader(String consumer) {
        InMemoryReader reader = new InMemoryReader(broker, consumer, readers::remove);
        readers.add(reader);
        return reader;
    }

    @Override
    public Map<Priority, Long> depth() {
        return broker.depth();
    }

    @Override
    public Set<String> waiting(Priority lane) {
        return broker.waiting(lane);
    }

    @Override
    public synchronized boolean lostItsMemory() {
        MemoryBroker.Generation generation = broker.generation();
        boolean changed = seenGeneration != 0 && seenGeneration != generation.number();
        seenGeneration = generation.number();
        return generation.begunNow() || changed;
    }

    @Override
    public int removeIdleConsumers(Duration idle) {
        return (int) broker.consumersIdleFor(idle).stream()
                .filter(consumer -> broker.retire(consumer, idle))
                .count();
    }

    @Override
    public void close() {
        List.copyOf(readers).forEach(InMemoryReader::close);
    }
}
