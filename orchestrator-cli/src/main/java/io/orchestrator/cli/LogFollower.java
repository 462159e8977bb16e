package io.orchestrator.cli;

import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskLogs.Chunk;
import io.orchestrator.store.TaskLogs.Place;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads logs, from where it stood the last time, through outages of the store. For one thread. */
final class LogFollower {
    private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(400);
    private static final Duration LOOK_AGAIN_AFTER_OUTAGE = Duration.ofSeconds(1);
    /** A worker stores what was said within a second. */
    private static final Duration LAST_WORDS = Duration.ofMillis(1_500);
    /** Which tasks there are is asked less often than what they say. */
    private static final int LOOK_AT_TASKS_EVERY = 4;

    private static final int MOST_TASKS = 500;
    private static final int MOST_CHUNKS = 64;

    private final TaskLogs logs;
    private final LogScope scope;
    private final LogPrinter printer;
    private final Interruption interruption;
    private final Map<String, Place> places = new HashMap<>();
    private SequencedMap<String, LogScope.Member> speaking = new LinkedHashMap<>();
    private int rounds;
    private boolean away;

    LogFollower(TaskLogs logs, LogScope scope, LogPrinter printer, Interruption interruption) {
        this.logs = logs;
        this.scope = scope;
        this.printer = printer;
        this.interruption = interruption;
    }

    /** Shows what there is. */
    void once() {
        show(scope.look().tasks());
        printer.showAllFromNow();
    }

    /** Shows what there is and what comes, until all has ended; false when interrupted before. */
    boolean toEnd() throws InterruptedException {
        while (!interruption.requested()) {
            try {
                boolean ended = look();
                if (away) {
                    LOG.warn("Postgres answers again");
                    away = false;
                }
                if (ended) {
                    return true;
                }
                interruption.await(LOOK_EVERY);
            } catch (StoreUnavailable e) {
                if (!away) {
                    LOG.warn("cannot look at the logs until Postgres answers again: {}", e.getMessage());
                    away = true;
                }
                interruption.await(LOOK_AGAIN_AFTER_OUTAGE);
            }
        }
        return false;
    }

    /** Whether all has ended, and all that was said is shown. */
    private boolean look() throws InterruptedException {
        boolean first = rounds == 0;
        if (rounds % LOOK_AT_TASKS_EVERY != 0) {
            show(speaking);
            rounds++;
            return false;
        }
        LogScope.Look look = scope.look();
        // Those that have ended since are still among the ones that were found unfinished the last time.
        SequencedMap<String, LogScope.Member> now = first ? look.tasks() : unfinished(look.tasks());
        now.keySet().forEach(speaking::remove);
        speaking.putAll(now);
        show(speaking);
        printer.showAllFromNow();
        rounds++;
        if (look.ended()) {
            if (!first && look.mayHaveLastWords()) {
                interruption.await(LAST_WORDS);
            }
            show(look.tasks());
            return true;
        }
        speaking = unfinished(look.tasks());
        return false;
    }

    private static SequencedMap<String, LogScope.Member> unfinished(SequencedMap<String, LogScope.Member> tasks) {
        SequencedMap<String, LogScope.Member> unfinished = new LinkedHashMap<>();
        tasks.forEach((id, member) -> {
            if (!member.task().state().isFinal()) {
                unfinished.put(id, member);
            }
        });
        return unfinished;
    }

    /** All that there is of these from where their readers stand: once round, task by task. */
    private void show(SequencedMap<String, LogScope.Member> tasks) {
        SequencedMap<String, LogScope.Member> left = new LinkedHashMap<>(tasks);
        while (!left.isEmpty() && !interruption.requested()) {
            SequencedMap<String, Place> from = new LinkedHashMap<>();
            left.keySet().stream().limit(MOST_TASKS).forEach(id -> from.put(id, places.getOrDefault(id, Place.START)));
            List<Chunk> chunks = logs.read(from, MOST_CHUNKS);
            for (Chunk chunk : chunks) {
                String id = chunk.hold().taskId();
                done(left, id);
                Place place = places.getOrDefault(id, Place.START);
                printer.add(Objects.requireNonNull(left.get(id)), place, chunk);
                places.put(id, chunk.after());
            }
            if (chunks.size() < MOST_CHUNKS) {
                from.keySet().forEach(left::remove);
                printer.endOfTask();
            }
        }
    }

    /** Chunks come task by task, so those before this one are done. */
    private void done(SequencedMap<String, LogScope.Member> left, String until) {
        boolean some = false;
        while (!left.firstEntry().getKey().equals(until)) {
            left.pollFirstEntry();
            some = true;
        }
        if (some) {
            printer.endOfTask();
        }
    }
}
