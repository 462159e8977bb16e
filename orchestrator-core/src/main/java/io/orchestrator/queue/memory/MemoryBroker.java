package io.orchestrator.queue.memory;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.QueueTakesNothing;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a Redis server is to the real queue: the memory that several {@link InMemoryTaskQueue}s share, which can be lost
 * and can be away. Thread-safe.
 */
public final class MemoryBroker {
    /** A ticket in the broker's memory. */
    record Entry(long id, Ticket ticket, Instant deliveredAt) {}

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Priority, Deque<Entry>> lanes = new EnumMap<>(Priority.class);
    private final Map<String, Map<Long, Entry>> pending = new HashMap<>();
    private final Map<String, Instant> lastSeen = new HashMap<>();
    private long nextId = 1;
    private long nextGeneration = 1;
    private long generation;
    private boolean away;
    private boolean takesNothing;

    public MemoryBroker(InstantSource clock) {
        this.clock = clock;
        for (Priority lane : Priority.values()) {
            lanes.put(lane, new ArrayDeque<>());
        }
    }

    /** Loses everything, as a flush does. */
    public void forgetEverything() {
        lock.lock();
        try {
            lanes.values().forEach(Deque::clear);
            pending.clear();
            lastSeen.clear();
            generation = 0;
        } finally {
            lock.unlock();
        }
    }

    /** From now on every operation ends in {@link QueueUnavailable}, also those that wait. */
    public void goAway() {
        setAway(true);
    }

    /** From now on it answers and takes no tickets, as a full Redis does, which who reads finds out too. */
    public void takeNothing() {
        within(() -> takesNothing = true);
    }

    /** Ends {@link #goAway} and {@link #takeNothing}. */
    public void comeBack() {
        within(() -> takesNothing = false);
        setAway(false);
    }

    private void setAway(boolean value) {
        lock.lock();
        try {
            away = value;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isAway() {
        return within(() -> away);
    }

    /** What a new asker compares: 0 stands for a memory that nobody has marked yet. */
    record Generation(long number, boolean begunNow) {}

    Generation generation() {
        return whileThere(() -> {
            boolean begin = generation == 0;
            if (begin) {
                generation = nextGeneration++;
            }
            return new Generation(generation, begin);
        });
    }

    void send(List<Ticket> tickets) {
        whileThere(() -> {
            requireTaking();
            tickets.forEach(this::append);
            changed.signalAll();
            return tickets.size();
        });
    }

    private void requireTaking() {
        if (takesNothing) {
            throw new QueueTakesNothing("the queue in memory was told to take nothing", new IllegalStateException());
        }
    }

    private void append(Ticket ticket) {
        lane(ticket.lane()).add(new Entry(nextId++, ticket, Instant.MIN));
    }

    Map<Priority, Long> depth() {
        return whileThere(() -> {
            Map<Priority, Long> depth = new EnumMap<>(Priority.class);
            lanes.forEach((lane, entries) -> depth.put(lane, (long) entries.size()));
            pending.values()
                    .forEach(some ->
                            some.values().forEach(e -> depth.merge(e.ticket().lane(), 1L, Long::sum)));
            return depth;
        });
    }

    Set<String> waiting(Priority lane) {
        return whileThere(() -> Stream.concat(
                        lane(lane).stream(), pending.values().stream().flatMap(some -> some.values().stream()))
                .map(Entry::ticket)
                .filter(ticket -> ticket.lane() == lane)
                .map(Ticket::taskId)
                .collect(Collectors.toSet()));
    }

    /** Delivers to the consumer what is there, in this order of lanes. */
    List<Entry> take(String consumer, int max, List<Priority> order) {
        return whileThere(() -> {
            requireTaking();
            Instant now = clock.instant();
            lastSeen.put(consumer, now);
            List<Entry> taken = new ArrayList<>();
            for (Priority lane : order) {
                Deque<Entry> entries = lane(lane);
                while (taken.size() < max && !entries.isEmpty()) {
                    Entry waiting = entries.remove();
                    Entry entry = new Entry(waiting.id(), waiting.ticket(), now);
                    pendingOf(consumer).put(entry.id(), entry);
                    taken.add(entry);
                }
            }
            return taken;
        });
    }

    /** What the consumer received and did not settle, after the entry with this id. */
    List<Entry> pendingAfter(String consumer, long id, int max) {
        return whileThere(() -> pendingOf(consumer).values().stream()
                .filter(entry -> entry.id() > id)
                .sorted((a, b) -> Long.compare(a.id(), b.id()))
                .limit(max)
                .toList());
    }

    void settle(List<Long> ids) {
        whileThere(() -> {
            pending.values().forEach(some -> some.keySet().removeAll(ids));
            return ids.size();
        });
    }

    void giveBack(List<Long> ids) {
        whileThere(() -> {
            for (Map<Long, Entry> some : pending.values()) {
                for (Long id : ids) {
                    Entry entry = some.remove(id);
                    if (entry != null) {
                        append(entry.ticket());
                    }
                }
            }
            changed.signalAll();
            return ids.size();
        });
    }

    /** Puts back what was delivered at least this long ago, and removes the consumer if nothing else is pending. */
    boolean retire(String consumer, Duration idle) {
        return whileThere(() -> {
            Instant latest = clock.instant().minus(idle);
            List<Long> old = pendingOf(consumer).values().stream()
                    .filter(entry -> !entry.deliveredAt().isAfter(latest))
                    .map(Entry::id)
                    .toList();
            giveBack(old);
            boolean gone = pendingOf(consumer).isEmpty();
            if (gone) {
                pending.remove(consumer);
                lastSeen.remove(consumer);
            }
            return gone;
        });
    }

    List<String> consumersIdleFor(Duration idle) {
        return whileThere(() -> {
            Instant latest = clock.instant().minus(idle);
            return lastSeen.entrySet().stream()
                    .filter(seen -> !seen.getValue().isAfter(latest))
                    .map(Map.Entry::getKey)
                    .toList();
        });
    }

    /**
     * Waits until there is something to read, or {@code cancelled} after a {@link #wakeAll}, or the time is over; the
     * nanoseconds left to wait, 0 when it is not worth reading again.
     */
    long awaitTickets(long waitNanos, BooleanSupplier cancelled) throws InterruptedException {
        lock.lock();
        try {
            long left = waitNanos;
            while (!away && !cancelled.getAsBoolean() && lanes.values().stream().allMatch(Deque::isEmpty)) {
                if (left <= 0) {
                    return 0;
                }
                left = changed.awaitNanos(left);
            }
            return cancelled.getAsBoolean() ? 0 : Math.max(1, left);
        } finally {
            lock.unlock();
        }
    }

    void wakeAll() {
        within(() -> {
            changed.signalAll();
            return true;
        });
    }

    private Deque<Entry> lane(Priority lane) {
        return lanes.computeIfAbsent(lane, l -> new ArrayDeque<>());
    }

    private Map<Long, Entry> pendingOf(String consumer) {
        return pending.computeIfAbsent(consumer, name -> new LinkedHashMap<>());
    }

    private <T> T whileThere(Supplier<T> action) {
        return within(() -> {
            if (away) {
                throw new QueueUnavailable("the queue in memory was told to be away", new IllegalStateException());
            }
            return action.get();
        });
    }

    private <T> T within(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
