package io.orchestrator.sim;

import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Virtual time, chance and the heap of events. */
final class World implements InstantSource {
    private record Event(long at, int tieBreak, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            int byChance = byTime == 0 ? Integer.compare(tieBreak, other.tieBreak) : byTime;
            return byChance == 0 ? Long.compare(number, other.number) : byChance;
        }
    }

    private static final long BEGIN = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    private final PriorityQueue<Event> heap = new PriorityQueue<>();
    private final RandomGenerator random;
    private final Trace trace = new Trace();
    private long now;
    private long number;
    private @Nullable SimProcess current;

    World(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Milliseconds since the beginning. */
    long now() {
        return now;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(BEGIN + now);
    }

    RandomGenerator random() {
        return random;
    }

    Trace trace() {
        return trace;
    }

    /** A number from {@code min} up to, and without, {@code max}. */
    long between(long min, long max) {
        return random.nextLong(min, max);
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    void at(long time, Runnable action) {
        heap.add(new Event(Math.max(time, now), random.nextInt(), number++, action));
    }

    void after(long delay, Runnable action) {
        at(now + delay, action);
    }

    /** Lets the next event happen. */
    void step() {
        Event next = heap.remove();
        now = next.at;
        next.action.run();
    }

    /** Runs what belongs to a process, so that the trace can tell whose it was. */
    void as(SimProcess process, Runnable action) {
        current = process;
        try {
            action.run();
        } finally {
            current = null;
        }
    }

    /** Whether whoever acts now does not reach the store. */
    boolean isCutOff() {
        return current != null && current.isCutOff();
    }

    void note(String what, String about) {
        trace.add(BEGIN + now, current == null ? "world" : current.name(), what, about);
    }
}
