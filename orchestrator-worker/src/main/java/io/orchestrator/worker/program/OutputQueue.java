package io.orchestrator.worker.program;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a program has written, between the threads that read it and the one that takes it. Bounded in bytes. Thread-safe.
 */
final class OutputQueue<E> {
    private record Entry<E>(E event, int bytes) {}

    private final int maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Entry<E>> entries = new ArrayDeque<>();
    private int usedBytes;
    private int readers;
    private boolean latestOnly;
    private boolean refusing;

    OutputQueue(int maxBytes, int readers) {
        this.maxBytes = maxBytes;
        this.readers = readers;
    }

    /** Waits for room, unless only the latest is wanted: then the oldest makes room. Nothing enters a queue that refuses. */
    void put(E event, int bytes) {
        lock.lock();
        try {
            while (!refusing && !entries.isEmpty() && usedBytes + bytes > maxBytes) {
                if (latestOnly) {
                    usedBytes -= entries.remove().bytes();
                } else {
                    changed.awaitUninterruptibly();
                }
            }
            if (!refusing) {
                entries.add(new Entry<>(event, bytes));
                usedBytes += bytes;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** One of those who put has nothing more. */
    void readerEnded() {
        lock.lock();
        try {
            readers--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The next event; empty when there is none in time, or none at all any more. */
    Optional<E> next(Duration wait) throws InterruptedException {
        long nanos = wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (entries.isEmpty() && readers > 0 && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return taken();
        } finally {
            lock.unlock();
        }
    }

    /** The next event, if it is there. */
    Optional<E> poll() {
        lock.lock();
        try {
            return taken();
        } finally {
            lock.unlock();
        }
    }

    /** All that was put is taken, and nothing more will come. */
    boolean isEnded() {
        lock.lock();
        try {
            return readers == 0 && entries.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** From now on nobody who puts has to wait. */
    void keepLatest() {
        lock.lock();
        try {
            latestOnly = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Drops all that comes from now on. */
    void refuse() {
        lock.lock();
        try {
            refusing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Optional<E> taken() {
        @Nullable Entry<E> entry = entries.poll();
        if (entry == null) {
            return Optional.empty();
        }
        usedBytes -= entry.bytes();
        changed.signalAll();
        return Optional.of(entry.event());
    }
}
