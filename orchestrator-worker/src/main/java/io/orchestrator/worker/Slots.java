package io.orchestrator.worker;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Places for attempts; their number may change at any time, and running attempts keep theirs. Thread-safe. */
final class Slots {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private int limit;
    private int used;

    Slots(int limit) {
        this.limit = limit;
    }

    /** How many are free, after waiting for at least one. Only one thread takes, so what was free stays free for it. */
    int awaitFree(Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = atMost.toNanos();
            while (used >= limit && nanos > 0) {
                nanos = freed.awaitNanos(nanos);
            }
            return Math.max(0, limit - used);
        } finally {
            lock.unlock();
        }
    }

    void take(int count) {
        lock.lock();
        try {
            used += count;
        } finally {
            lock.unlock();
        }
    }

    void free() {
        lock.lock();
        try {
            used--;
            freed.signal();
        } finally {
            lock.unlock();
        }
    }

    void resize(int newLimit) {
        lock.lock();
        try {
            limit = newLimit;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int limit() {
        lock.lock();
        try {
            return limit;
        } finally {
            lock.unlock();
        }
    }

    int used() {
        lock.lock();
        try {
            return used;
        } finally {
            lock.unlock();
        }
    }
}
