package io.orchestrator.store.postgres;

import io.orchestrator.store.StoreUnavailable;
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
 * Lets threads that write at the same time share a commit. Who comes while few commits are under way writes at once, and
 * takes along all that waits; the others wait, and go with the next. So a lone writer waits for nobody, and many together
 * pay for few commits. Thread-safe.
 *
 * @param <T> what is written
 * @param <R> what the writer of one learns
 */
final class SharedCommits<T, R> {
    /** More than one, so that a commit that waits for a lock does not hold up everybody. */
    private static final int MOST_AT_ONCE = 2;

    private static final int LARGEST = 64;

    private final Writer<T, R> writer;
    private final Fit<T> fit;
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
        private boolean taken;
        private @Nullable Outcome<R> outcome;

        Entry(T item) {
            this.item = item;
        }
    }

    SharedCommits(Writer<T, R> writer, Fit<T> fit) {
        this.writer = writer;
        this.fit = fit;
    }

    /** Returns when the item is durable; what kept it from being written is thrown. */
    R write(T item) {
        Entry own = new Entry(item);
        lock.lock();
        try {
            waiting.add(own);
            while (own.outcome == null) {
                if (own.taken || underWay == MOST_AT_ONCE) {
                    // Like the commit itself, which an interrupt does not undo: there has to be an answer.
                    own.changed.awaitUninterruptibly();
                } else {
                    lead(own);
                }
            }
            return answer(own.outcome);
        } finally {
            lock.unlock();
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

    /** One bad item must not keep the others from being written: a group that is refused is written one by one. */
    private void commit(List<Entry> group, Entry own) {
        try {
            List<R> values =
                    writer.write(group.stream().map(entry -> entry.item).toList());
            for (int i = 0; i < group.size(); i++) {
                group.get(i).outcome = new Outcome<>(values.get(i), null);
            }
        } catch (StoreUnavailable e) {
            // A body that is told to stop is interrupted, and an interrupt costs its thread the connection, not the
            // others.
            boolean interrupted = Thread.currentThread().isInterrupted();
            group.stream()
                    .filter(entry -> !interrupted || entry.equals(own))
                    .forEach(entry -> entry.outcome = new Outcome<>(null, e));
        } catch (RuntimeException e) {
            if (group.size() == 1) {
                group.getFirst().outcome = new Outcome<>(null, e);
            } else {
                group.forEach(entry -> commit(List.of(entry), own));
            }
        }
    }

    /** Tells those who wait; what has no outcome goes back to where it was. */
    private void settle(List<Entry> group) {
        for (Entry entry : group.reversed()) {
            if (entry.outcome == null) {
                entry.taken = false;
                waiting.addFirst(entry);
            } else {
                entry.changed.signal();
            }
        }
        Entry next = waiting.peek();
        if (next != null) {
            next.changed.signal();
        }
    }
}
