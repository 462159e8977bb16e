package io.orchestrator.worker;

import io.orchestrator.store.Hold;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The attempts of this process, from their claim until the store knows their end. Thread-safe. */
final class Holdings {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    private final Map<Hold, Attempt> attempts = new HashMap<>();
    private final List<Runnable> onFirst = new ArrayList<>();

    /** Has this called whenever something is held after nothing was; it must not wait. */
    void onFirst(Runnable listener) {
        lock.lock();
        try {
            onFirst.add(listener);
        } finally {
            lock.unlock();
        }
    }

    void add(Attempt attempt) {
        lock.lock();
        try {
            boolean first = attempts.isEmpty();
            attempts.put(attempt.hold(), attempt);
            if (first) {
                onFirst.forEach(Runnable::run);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return attempts.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void remove(Hold hold) {
        lock.lock();
        try {
            attempts.remove(hold);
            if (attempts.isEmpty()) {
                emptied.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    Collection<Attempt> all() {
        lock.lock();
        try {
            return List.copyOf(attempts.values());
        } finally {
            lock.unlock();
        }
    }

    Collection<Hold> holds() {
        lock.lock();
        try {
            return List.copyOf(attempts.keySet());
        } finally {
            lock.unlock();
        }
    }

    Optional<Attempt> find(Hold hold) {
        lock.lock();
        try {
            return Optional.ofNullable(attempts.get(hold));
        } finally {
            lock.unlock();
        }
    }

    /** Signs of life that were not stored are news again. */
    void tellAgain(List<Heartbeat> sent, Set<Hold> stored) {
        for (Heartbeat beat : sent) {
            if (!stored.contains(beat.hold())) {
                find(beat.hold()).ifPresent(Attempt::hasNews);
            }
        }
    }

    /** Waits until nothing is held any more; false when that took longer. */
    boolean awaitEmpty(Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = atMost.toNanos();
            while (!attempts.isEmpty() && nanos > 0) {
                nanos = emptied.awaitNanos(nanos);
            }
            return attempts.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
