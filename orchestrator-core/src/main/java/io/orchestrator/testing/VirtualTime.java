package io.orchestrator.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clock of a {@link TestEngine}: it stands still until the engine turns it. Thread-safe; {@link #pass} is for bodies of
 * agents, on the thread that the engine gave them.
 */
public final class VirtualTime implements InstantSource {
    private record Event(Instant at, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = at.compareTo(other.at);
            return byTime == 0 ? Long.compare(number, other.number) : byTime;
        }
    }

    private final PriorityQueue<Event> agenda = new PriorityQueue<>();
    private final Map<Thread, Body> bodies = new ConcurrentHashMap<>();
    private Instant now;
    private long number;

    VirtualTime(Instant start) {
        this.now = start;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /**
     * Lets this much time pass in the calling agent, while everything else goes on: what a real one would spend on work.
     *
     * @throws InterruptedException when the engine ends the attempt meanwhile
     * @throws IllegalStateException on a thread that is not an agent's; a test turns the clock by
     *     {@link TestEngine#advance}
     */
    public void pass(Duration time) throws InterruptedException {
        Body caller = bodies.get(Thread.currentThread());
        if (caller == null) {
            throw new IllegalStateException("only an agent, on its own thread, lets time pass so;"
                    + " a test turns the clock by TestEngine.advance");
        }
        caller.pass(time);
    }

    /** The calling thread is the body's, from now until it ends. */
    void begins(Body owner) {
        bodies.put(Thread.currentThread(), owner);
    }

    void ends() {
        bodies.remove(Thread.currentThread());
    }

    synchronized void at(Instant instant, Runnable action) {
        agenda.add(new Event(instant.isBefore(now) ? now : instant, number++, action));
    }

    void after(Duration delay, Runnable action) {
        at(instant().plus(delay), action);
    }

    /** Lets the next thing happen that is due by then; false when there is none, and it is that instant now. */
    boolean step(Instant until) {
        Event next;
        synchronized (this) {
            next = agenda.peek();
            if (next == null || next.at.isAfter(until)) {
                now = until;
                return false;
            }
            agenda.remove();
            now = next.at;
        }
        next.action.run();
        return true;
    }
}
