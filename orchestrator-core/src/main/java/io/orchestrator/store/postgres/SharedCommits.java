package io.orchestrator.store.postgres;

import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads that write at the same time share a commit. Who finds none under way writes at once; the others wait for its
 * end, or for enough of them, and go together. So a lone writer waits for nobody, and many together pay for few commits. One
 * that takes long, because it waits for a lock, holds up the others for a moment only. Thread-safe.
 *
 * @param <T> what is written
 * @param <R> what the writer of one learns
 */
final class SharedCommits<T, R> {
    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final int WORTH_A_COMMIT = 16;
    private static final int MOST_AT_ONCE = 4;
    private static final int LARGEST = 64;

    private final Writer<T, R> writer;
    private final Fit<T> fit;
    private final long momentNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private int underWay;

    /** Writes all or nothing, and returns a result for each item, in the same order. */
    @FunctionalInterface
    interface Writer<T, R> {
        List<R> write(List<T> items);
    }

    /** Whether something may go with what is in a group already. */
    @FunctionalInterface
    interface Fit<T> {
        boolean test(List<T> group, T item);
    }

    /** How a write ended: one of the two is there. */
    private record Outcome<R>(@Nullable R value, @Nullable RuntimeException failure) {}

    private final class Entry {
        private final T item;
        private final Condition changed = lock.newCondition();
        private long patienceNanos = momentNanos;
        private boolean taken;
        private @Nullable Outcome<R> outcome;

        Entry(T item) {
            this.item = item;
        }
    }

    SharedCommits(Writer<T, R> writer, Fit<T> fit) {
        this(writer, fit, MOMENT);
    }

    /** @param moment how long anybody waits for a commit of others before there may be another beside it */
    SharedCommits(Writer<T, R> writer, Fit<T> fit, Duration moment) {
        this.writer = writer;
        this.fit = fit;
        this.momentNanos = moment.toNanos();
    }

    /** Returns when the item is durable; what kept it from being written is thrown. */
    R write(T item) {
        Entry own = new Entry(item);
        boolean interrupted = false;
        lock.lock();
        try {
            waiting.add(own);
            while (own.outcome == null) {
                // Like the commit itself, which an interrupt does not undo: there has to be an answer. Who commits for
                // others starts without it, because an interrupt costs the connection.
                interrupted |= Thread.interrupted();
                boolean waitedLong = own.patienceNanos <= 0;
                boolean another = waitedLong || waiting.size() >= WORTH_A_COMMIT;
                try {
                    if (own.taken) {
                        own.changed.await();
                    } else if (underWay == 0 || (another && underWay < MOST_AT_ONCE)) {
                        lead(own);
                    } else if (waitedLong) {
                        // Whoever is to be told may be about to commit for others, and not listen.
                        own.changed.awaitNanos(momentNanos);
                    } else {
                        own.patienceNanos = own.changed.awaitNanos(own.patienceNanos);
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return answer(own.outcome);
        } finally {
            waiting.remove(own);
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <R> R answer(Outcome<R> outcome) {
        if (outcome.failure != null) {
            throw outcome.failure;
        }
        return Objects.requireNonNull(outcome.value);
    }

    /** Called with the lock, which is given up while the commit is under way. */
    private void lead(Entry own) {
        List<Entry> group = takeGroup();
        underWay++;
        lock.unlock();
        try {
            commit(group, own);
        } finally {
            lock.lock();
            underWay--;
            settle(group);
        }
    }

    private List<Entry> takeGroup() {
        List<Entry> group = new ArrayList<>();
        List<T> items = new ArrayList<>();
        Iterator<Entry> entries = waiting.iterator();
        while (entries.hasNext() && group.size() < LARGEST) {
            Entry entry = entries.next();
            if (items.isEmpty() || fit.test(items, entry.item)) {
                entries.remove();
                entry.taken = true;
                group.add(entry);
                items.add(entry.item);
            }
        }
        return group;
    }

    /** One item that is bad, or whose row is locked, must not keep the others from being written: then they go one by one. */
    private void commit(List<Entry> group, Entry own) {
        try {
            List<R> values =
                    writer.write(group.stream().map(entry -> entry.item).toList());
            for (int i = 0; i < group.size(); i++) {
                group.get(i).outcome = new Outcome<>(values.get(i), null);
            }
        } catch (StoreBusy e) {
            oneByOne(group, own, e);
        } catch (StoreUnavailable e) {
            // A body that is told to stop is interrupted, and an interrupt costs its thread the connection, not the
            // others.
            boolean interrupted = Thread.currentThread().isInterrupted();
            group.stream()
                    .filter(entry -> !interrupted || entry.equals(own))
                    .forEach(entry -> entry.outcome = new Outcome<>(null, e));
        } catch (RuntimeException e) {
            oneByOne(group, own, e);
        }
    }

    private void oneByOne(List<Entry> group, Entry own, RuntimeException failure) {
        if (group.size() == 1) {
            group.getFirst().outcome = new Outcome<>(null, failure);
            return;
        }
        for (Entry entry : group) {
            if (!Thread.currentThread().isInterrupted()) {
                commit(List.of(entry), own);
            }
        }
    }

    /** Tells those who wait; what has no outcome goes back to where it was. */
    private void settle(List<Entry> group) {
        for (Entry entry : group.reversed()) {
            if (entry.outcome == null) {
                entry.taken = false;
                waiting.addFirst(entry);
            }
            entry.changed.signal();
        }
        Entry next = waiting.peek();
        if (next != null) {
            next.changed.signal();
        }
    }
}
