package io.orchestrator.lab.chaos;

import io.orchestrator.time.SystemTicks;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A loop that does next to nothing, and knows how late it was each time: what the machine withheld from everybody, whatever
 * the engine did. A recovery that took long is told apart by it from one that the machine made long. Thread-safe.
 */
final class MachineLoad implements AutoCloseable {
    /**
     * What was withheld.
     *
     * @param lost the sum, of {@code elapsed}
     * @param delays how late single rounds were
     */
    record Summary(Duration elapsed, Duration lost, RecoveryTimes.Summary delays) {
        /** From 0 to 1. */
        double share() {
            return (double) lost.toMillis() / Math.max(1, elapsed.toMillis());
        }
    }

    private static final Duration EVERY = Duration.ofMillis(50);

    private final Ticks ticks = new SystemTicks();
    private final InstantSource clock;
    private final ConcurrentNavigableMap<Instant, Duration> lostBy = new ConcurrentSkipListMap<>();
    private final List<Duration> delays = new ArrayList<>();
    private final Thread thread =
            Thread.ofPlatform().name("chaos-machine").daemon().unstarted(this::loop);
    private final long begin = ticks.nanos();
    private volatile boolean closed;

    MachineLoad(InstantSource clock) {
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    private void loop() {
        Duration lost = Duration.ZERO;
        while (!closed) {
            long due = ticks.nanos() + EVERY.toNanos();
            for (long left = EVERY.toNanos(); left > 0 && !closed; left = due - ticks.nanos()) {
                LockSupport.parkNanos(left);
            }
            Duration late = ticks.since(due);
            lost = lost.plus(late);
            add(late, lost);
        }
    }

    private void add(Duration late, Duration lost) {
        lostBy.put(clock.instant(), lost);
        synchronized (delays) {
            delays.add(late);
        }
    }

    /** How much of this time the loop was kept from running. */
    Duration lostBetween(Instant from, Instant to) {
        return upTo(to).minus(upTo(from));
    }

    private Duration upTo(Instant instant) {
        Map.Entry<Instant, Duration> entry = lostBy.floorEntry(instant);
        return entry == null ? Duration.ZERO : entry.getValue();
    }

    Summary summary() {
        Map.Entry<Instant, Duration> last = lostBy.lastEntry();
        synchronized (delays) {
            return new Summary(
                    ticks.since(begin),
                    last == null ? Duration.ZERO : last.getValue(),
                    RecoveryTimes.Summary.of(delays.isEmpty() ? List.of(Duration.ZERO) : delays));
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
