package io.orchestrator.worker.program;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes whole trees stand still and go on, all that were asked for in the same looks at the system and by the same signals,
 * because a worker that is cut off has to stop all it runs within a moment. Thread-safe, and nobody waits in it: a thread of
 * its own, no virtual one that busy agents could keep from running, works as long as there is something to do.
 */
final class Freezer {
    private static final Logger log = LoggerFactory.getLogger(Freezer.class);
    private static final Duration TO_STOP = Duration.ofSeconds(3);
    private static final Duration TO_GO_ON = Duration.ofSeconds(10);
    private static final Duration SENDING = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
    private static final int MOST_TARGETS = 2_000;

    private final ProcessTable table;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ProcessTree, Job> wishes = new LinkedHashMap<>();
    private boolean works;

    /** @param couldNot null for one that is to go on */
    private record Job(@Nullable Runnable couldNot, Countdown patience) {
        boolean freezes() {
            return couldNot != null;
        }
    }

    Freezer(ProcessTable table) {
        this.table = table;
    }

    /** What was asked for last of a tree holds. */
    void freeze(ProcessTree tree, Runnable couldNot) {
        wish(tree, new Job(couldNot, Countdown.of(TO_STOP)));
    }

    void thaw(ProcessTree tree) {
        wish(tree, new Job(null, Countdown.of(TO_GO_ON)));
    }

    private void wish(ProcessTree tree, Job job) {
        lock.lock();
        try {
            wishes.put(tree, job);
            if (!works) {
                works = true;
                Thread.ofPlatform().daemon().name("program-freezer").start(this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        Map<ProcessTree, Job> open = new LinkedHashMap<>();
        try (SteadyWait wait = new SteadyWait()) {
            while (takeWishes(open)) {
                try {
                    round(open);
                } catch (RuntimeException e) {
                    log.warn("trees of processes cannot be looked at", e);
                    giveUp(open);
                }
                wait.pause(BETWEEN_LOOKS);
            }
        }
    }

    /** False when there is nothing more to do; then another thread begins with the next wish. */
    private boolean takeWishes(Map<ProcessTree, Job> open) {
        lock.lock();
        try {
            wishes.forEach((tree, job) -> {
                tree.stillness().again();
                open.put(tree, job);
            });
            wishes.clear();
            works = !open.isEmpty();
            return works;
        } finally {
            lock.unlock();
        }
    }

    private void round(Map<ProcessTree, Job> open) {
        Collection<ProcessEntry> processes = table.snapshot();
        Map<ProcessEntry.Id, Environment> known = new HashMap<>();
        Function<ProcessEntry, Environment> environments =
                process -> known.computeIfAbsent(process.id(), id -> table.environment(process));
        Collection<String> toStop = new LinkedHashSet<>();
        List<String> toContinue = new ArrayList<>();
        Iterator<Map.Entry<ProcessTree, Job>> entries = open.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<ProcessTree, Job> entry = entries.next();
            ProcessTree tree = entry.getKey();
            Stillness stillness = tree.stillness();
            Look look = tree.lookAmong(processes, environments);
            if (entry.getValue().freezes()) {
                stillness.toStop(look).forEach(process -> toStop.add(tree.target(process)));
            } else {
                stillness.toContinue(look).forEach(process -> toContinue.add(Signals.process(process)));
            }
            if (tree.isEnding() || isOver(stillness, entry.getValue())) {
                entries.remove();
                if (!entry.getValue().freezes()) {
                    tree.goesOn();
                }
            }
        }
        send(Signals.STOP, List.copyOf(toStop));
        send(Signals.CONT, toContinue);
    }

    private static boolean isOver(Stillness stillness, Job job) {
        if (stillness.isReached()) {
            return true;
        }
        if (job.patience().isOver() && job.couldNot() != null) {
            job.couldNot().run();
        }
        return job.patience().isOver();
    }

    private static void giveUp(Map<ProcessTree, Job> open) {
        open.values().forEach(job -> {
            if (job.couldNot() != null) {
                job.couldNot().run();
            }
        });
        open.clear();
    }

    private static void send(Signals signal, List<String> targets) {
        for (int from = 0; from < targets.size(); from += MOST_TARGETS) {
            try {
                Process shell = signal.start(targets.subList(from, Math.min(targets.size(), from + MOST_TARGETS)));
                if (!shell.waitFor(SENDING.toMillis(), TimeUnit.MILLISECONDS)) {
                    // A signal that comes late would undo a later one.
                    shell.destroyForcibly();
                }
            } catch (IOException e) {
                log.warn("cannot send {} to programs: {}", signal, e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
