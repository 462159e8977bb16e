package io.orchestrator.sim;

import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Looks at the runs through the port, after each change, and holds what it sees against what it saw. */
final class Watch {
    private static final Set<String> ENDS =
            Set.of("task.completed", "task.failed", "task.cancelled", "task.timed_out", "task.dead");

    private static final Set<String> PHASE_ENDS =
            Set.of("phase.completed", "phase.failed", "phase.cancelled", "phase.timed_out");
    /** What may be told of a phase any number of times. */
    private static final Set<String> BETWEEN =
            Set.of("phase.wrap_up", "phase.retrying", "phase.holding", "phase.decided");

    /** What is known of one run. */
    private static final class Seen {
        long seq;
        long changedAt;
        boolean over;
        final Map<String, Long> epochs = new HashMap<>();
        final Set<String> once = new HashSet<>();
        final Map<String, StageState> ended = new HashMap<>();
    }

    private final World world;
    private final RunStore runs;
    private final Ledger ledger;
    private final Map<String, Seen> seen = new LinkedHashMap<>();

    Watch(World world, RunStore runs, Ledger ledger) {
        this.world = world;
        this.runs = runs;
        this.ledger = ledger;
    }

    void follow(String runId) {
        seen.computeIfAbsent(runId, id -> new Seen());
    }

    boolean allOver() {
        return seen.values().stream().allMatch(s -> s.over);
    }

    /** All runs that are not over; at the end, those too. */
    void look(boolean alsoThoseThatAreOver) {
        seen.forEach((runId, known) -> {
            if (!known.over || alsoThoseThatAreOver) {
                look(runId, known);
            }
        });
    }

    /** Fails when a run's log has stood still for too long, with nothing in its way. */
    void requireProgress(long sinceAtLeast) {
        seen.forEach((runId, known) -> {
            long idle = world.now() - Math.max(known.changedAt, sinceAtLeast);
            require(
                    known.over || idle < Pace.STUCK_AFTER,
                    runId,
                    () -> "nothing has happened for " + idle / Pace.HOUR + " h without faults: "
                            + runs.view(runId, true));
        });
    }

    private void look(String runId, Seen known) {
        for (EventView event : runs.events(runId, known.seq, Integer.MAX_VALUE)) {
            require(event.seq() == known.seq + 1, runId, () -> "event " + event.seq() + " follows " + known.seq);
            known.seq = event.seq();
            known.changedAt = world.now();
            happened(runId, known, event);
        }
        RunView run = runs.view(runId, true).orElseThrow();
        run.phases().forEach(phase -> look(runId, known, phase));
        require(!known.over || run.state().isFinal(), runId, () -> "it goes on after its end");
        known.over = run.state().isFinal();
    }

    private void happened(String runId, Seen known, EventView event) {
        event.taskId().ifPresent(task -> {
            long epoch = event.epoch().orElseThrow();
            require(known.epochs.getOrDefault(task, 0L) <= epoch, runId, () -> "an epoch fell: " + event);
            known.epochs.put(task, epoch);
            if (event.kind().equals("task.reclaimed")) {
                ledger.reclaimed(task, epoch - 1);
            }
            if (ENDS.contains(event.kind())) {
                require(known.once.add(task), runId, () -> "a task ended twice: " + event);
            }
        });
        event.phaseId().filter(id -> event.taskId().isEmpty()).ifPresent(phase -> {
            String what = PHASE_ENDS.contains(event.kind()) ? "phase.ended" : event.kind();
            require(
                    BETWEEN.contains(what) || known.once.add(what + phase),
                    runId,
                    () -> "a phase moved twice: " + event);
        });
    }

    private void look(String runId, Seen known, RunView.Phase phase) {
        phase.tasks().forEach(ledger::seen);
        long open = phase.tasks().stream().filter(t -> !t.state().isFinal()).count();
        require(
                open == phase.open(),
                runId,
                () -> "phase " + phase.name() + " counts " + phase.open() + " open, not " + open);
        StageState before = known.ended.get(phase.id());
        require(
                before == null || before == phase.state(),
                runId,
                () -> "phase " + phase.name() + " changed after its end");
        if (phase.state().isFinal()) {
            require(open == 0, runId, () -> "phase " + phase.name() + " ended with open tasks");
            known.ended.put(phase.id(), phase.state());
        }
    }

    private static void require(boolean holds, String runId, Supplier<String> what) {
        if (!holds) {
            throw new Violation("run " + runId + ": " + what.get());
        }
    }
}
