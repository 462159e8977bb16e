package io.orchestrator.store.memory;

import io.orchestrator.store.Gates.Gate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Lets a paused run's timeboxes stand still, and sets its clocks right afterwards. */
final class PausedClocks {
    private final Memory memory;

    PausedClocks(Memory memory) {
        this.memory = memory;
    }

    /** Whether a timer may fire: not one of a timebox, of a run that is paused. */
    boolean tick(Promise promise) {
        return runOfTimebox(promise)
                .map(run -> !memory.gates.containsKey(Gate.ofRun(run.id)))
                .orElse(true);
    }

    private Optional<RunRow> runOfTimebox(Promise promise) {
        return switch (promise) {
            case Promise.TaskTimeout(String taskId) ->
                Optional.ofNullable(memory.tasks.get(taskId)).map(task -> task.phase.run);
            case Promise.PhaseWrapUp(PhaseRow phase) -> Optional.of(phase.run);
            case Promise.PhaseTimeout(PhaseRow phase) -> Optional.of(phase.run);
            case Promise.RunWrapUp(RunRow run) -> Optional.of(run);
            case Promise.RunTimeout(RunRow run) -> Optional.of(run);
            case Promise.RunStart ignored -> Optional.empty();
            case Promise.PhaseStart ignored -> Optional.empty();
            case Promise.Retry ignored -> Optional.empty();
            case Promise.Custom ignored -> Optional.empty();
        };
    }

    /** Moves timers by how long they have waited since the pause began; deadlines follow their timers. */
    void move(RunRow run, Instant pausedAt) {
        memory.timers.putOff(promise -> runOfTimebox(promise).equals(Optional.of(run)), pausedAt);
        run.deadline =
                fireAt(p -> p instanceof Promise.RunTimeout && p.isOfRun(run)).or(() -> run.deadline);
        for (PhaseRow phase : run.openPhases()) {
            if (phase.deadline.isPresent()) {
                phase.deadline = PhaseRow.earlier(
                        run.deadline, fireAt(p -> p instanceof Promise.PhaseTimeout && p.isOfPhase(phase)));
            }
            liveWithDeadline(phase).forEach(task -> move(task));
        }
    }

    private void move(TaskRow task) {
        task.deadline = PhaseRow.earlier(
                task.phase.deadline, fireAt(p -> p instanceof Promise.TaskTimeout && p.isOfTask(task.id)));
        task.wrapUpBy = task.wrapUpBy.flatMap(ignored -> task.deadline);
    }

    private static List<TaskRow> liveWithDeadline(PhaseRow phase) {
        return phase.tasks.stream()
                .filter(task -> !task.state.isFinal() && task.deadline.isPresent())
                .toList();
    }

    private Optional<Instant> fireAt(Predicate<Promise> which) {
        return memory.timers.fireAt(which);
    }
}
