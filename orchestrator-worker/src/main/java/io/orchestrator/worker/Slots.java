package io.orchestrator.worker;

import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Places for attempts; their number may change at any time, and running attempts keep theirs. Before them stands a short
 * queue of attempts that were claimed {@linkplain Lookahead ahead}: who leaves passes its place on to the first of it.
 * Thread-safe.
 */
final class Slots {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final Lookahead lookahead = new Lookahead();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Ticks ticks;
    private int limit;
    private int used;

    private record Waiting(Attempt attempt, long sinceNanos) {}

    Slots(int limit, Ticks ticks) {
        this.limit = limit;
        this.ticks = ticks;
    }

    /** How many attempts may come, after waiting for room for at least one; what there is room for stays so until they come. */
    int awaitRoom(Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = atMost.toNanos();
            while (room() <= 0 && nanos > 0) {
                nanos = freed.awaitNanos(nanos);
            }
            return Math.max(0, room());
        } finally {
            lock.unlock();
        }
    }

    private int room() {
        return limit - used + lookahead.tasks(limit) - waiting.size();
    }

    /** True when the attempt has a place now; otherwise it waits until one is passed on to it, or it is withdrawn. */
    boolean enter(Attempt attempt) {
        lock.lock();
        try {
            boolean free = used < limit;
            if (free) {
                used++;
            } else {
                waiting.add(new Waiting(attempt, ticks.nanos()));
            }
            return free;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a place up after a body of this length; who has it next, if anyone waits for it. */
    Optional<Attempt> leave(Duration body) {
        lock.lock();
        try {
            lookahead.ran(body);
            Waiting next = used <= limit ? waiting.poll() : null;
            if (next == null) {
                used--;
            }
            freed.signal();
            return Optional.ofNullable(next).map(Waiting::attempt);
        } finally {
            lock.unlock();
        }
    }

    /** Takes those out of the queue that have waited so long: they never get a place here. */
    List<Attempt> withdraw(Duration waited) {
        lock.lock();
        try {
            List<Attempt> out = new ArrayList<>();
            while (!waiting.isEmpty()
                    && ticks.since(waiting.peek().sinceNanos()).compareTo(waited) >= 0) {
                out.add(waiting.remove().attempt());
            }
            if (!out.isEmpty()) {
                // Who stands in the way is not short, whatever it comes to.
                lookahead.ran(waited);
            }
            return out;
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

    /** Attempts with a place and those that wait for one. */
    int held() {
        lock.lock();
        try {
            return used + waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
