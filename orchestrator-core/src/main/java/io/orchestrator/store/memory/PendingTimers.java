package io.orchestrator.store.memory;

import io.orchestrator.run.FailureDecisions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Timers that have neither fired nor been cancelled, in the order in which they are due. */
final class PendingTimers {
    record Timer(long id, Instant setAt, Instant fireAt, Promise promise) {}

    /** A timer that has failed so often in a row, and when it is tried again, if it is. */
    private record Failing(int inARow, Optional<Instant> again) {}

    private final TreeSet<Timer> timers =
            new TreeSet<>(Comparator.comparing(Timer::fireAt).thenComparingLong(Timer::id));
    private final Map<Long, Failing> failing = new HashMap<>();
    private long lastId;

    private final InstantSource clock;

    PendingTimers(InstantSource clock) {
        this.clock = clock;
    }

    long add(Instant fireAt, Promise promise) {
        timers.add(new Timer(++lastId, clock.instant(), fireAt, promise));
        return lastId;
    }

    /** Moves those by how long they have waited since then. */
    void putOff(Predicate<Promise> which, Instant since) {
        Instant now = clock.instant();
        for (Timer t : all()) {
            if (which.test(t.promise())) {
                Instant from = t.setAt().isAfter(since) ? t.setAt() : since;
                timers.remove(t);
                timers.add(new Timer(t.id(), t.setAt(), t.fireAt().plus(Duration.between(from, now)), t.promise()));
            }
        }
    }

    Optional<Instant> fireAt(Predicate<Promise> which) {
        return timers.stream()
                .filter(t -> which.test(t.promise()))
                .map(Timer::fireAt)
                .findFirst();
    }

    List<Timer> due(Instant now, int max, Predicate<Promise> which) {
        return timers.stream()
                .takeWhile(t -> !t.fireAt().isAfter(now))
                .filter(t -> isTried(t, now))
                .filter(t -> which.test(t.promise()))
                .limit(max)
                .toList();
    }

    /** Whether it has not failed, or its next try is due. */
    boolean isTried(Timer timer, Instant now) {
        Failing known = failing.get(timer.id());
        return known == null || known.again().map(at -> !at.isAfter(now)).orElse(false);
    }

    /** It failed once more: it is put off, or set aside. */
    void fail(Timer timer) {
        Failing before = failing.getOrDefault(timer.id(), new Failing(0, Optional.empty()));
        int inARow = before.inARow() + 1;
        failing.put(
                timer.id(),
                new Failing(inARow, FailureDecisions.againAfter(inARow, false).map(clock.instant()::plus)));
    }

    /** Forgets how often it has failed; whether it is there. */
    boolean resume(long id) {
        failing.remove(id);
        return find(id).isPresent();
    }

    /** Those that are not tried again. */
    List<Timer> setAside() {
        return timers.stream()
                .filter(timer -> Optional.ofNullable(failing.get(timer.id()))
                        .map(known -> known.again().isEmpty())
                        .orElse(false))
                .toList();
    }

    void remove(List<Timer> fired) {
        fired.forEach(timers::remove);
    }

    Optional<Timer> find(long id) {
        return timers.stream().filter(t -> t.id() == id).findFirst();
    }

    boolean cancel(long id) {
        return timers.removeIf(t -> t.id() == id);
    }

    void cancelAll(Predicate<Promise> which) {
        timers.removeIf(t -> which.test(t.promise()));
    }

    Optional<Instant> next() {
        return timers.isEmpty() ? Optional.empty() : Optional.of(timers.first().fireAt());
    }

    List<Timer> all() {
        return List.copyOf(timers);
    }
}
