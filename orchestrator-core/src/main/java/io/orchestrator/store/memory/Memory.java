package io.orchestrator.store.memory;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Budgets;
import io.orchestrator.run.BudgetDecisions;
import io.orchestrator.run.Kinship;
import io.orchestrator.run.TaskState;
import io.orchestrator.run.Timeboxes;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.TaskLogs;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All that the store remembers. Every map keeps the order of insertion or of its keys. Guarded by {@link Transactions}. */
final class Memory {
    /** A checkpoint as it lies here. */
    record Saved(CheckpointStore.Entry entry, Json data) {
        Checkpoint checkpoint() {
            return new Checkpoint(entry.seq(), entry.token(), data);
        }
    }

    final Map<String, RunRow> runs = new LinkedHashMap<>();
    final Map<String, RunRow> runsByKey = new LinkedHashMap<>();
    final Map<String, PhaseRow> phases = new LinkedHashMap<>();
    final Map<String, TaskRow> tasks = new LinkedHashMap<>();
    /** Tasks that are not final. */
    final Map<String, TaskRow> live = new LinkedHashMap<>();

    /** By the ids of the runs and phases that have one. */
    final Map<String, BudgetRow> budgets = new LinkedHashMap<>();

    final Map<String, BreakerRow> breakers = new LinkedHashMap<>();
    final Map<String, WorkerRow> workers = new LinkedHashMap<>();
    final Map<String, NavigableMap<Long, Saved>> checkpoints = new LinkedHashMap<>();
    final Map<String, Map<String, Json>> steps = new LinkedHashMap<>();
    /** By task, and by the place of their first lines. */
    final Map<String, NavigableMap<TaskLogs.Place, TaskLogs.Chunk>> logs = new LinkedHashMap<>();

    /** Closed gates, and those that have reopened by themselves. */
    final Map<Gate, GateRow> gates = new LinkedHashMap<>();

    final Map<String, ScheduleRow> schedules = new TreeMap<>();
    final PendingTimers timers;
    Optional<Instant> lastReaperRound = Optional.empty();

    Memory(InstantSource clock) {
        this.timers = new PendingTimers(clock);
    }

    /** The task that this hold is a claim to; empty when its holder is no longer believed. */
    Optional<TaskRow> held(Hold hold) {
        return Optional.ofNullable(live.get(hold.taskId())).filter(task -> task.isHeldAs(hold));
    }

    List<TaskRow> liveWhere(Predicate<TaskRow> which) {
        return live.values().stream().filter(which).toList();
    }

    List<TaskRow> queued() {
        return liveWhere(task -> task.state == TaskState.QUEUED);
    }

    void grant(String scopeId, Budgets limits) {
        if (BudgetDecisions.limitsAnything(limits)) {
            budgets.put(scopeId, new BudgetRow(limits));
        }
    }

    boolean isBudgeted(TaskRow task) {
        return budgetsOf(task).findAny().isPresent();
    }

    /** Whether a budget that the task draws from is used up. */
    boolean isBroke(TaskRow task) {
        return budgetsOf(task).anyMatch(budget -> budget.exhausted);
    }

    private Stream<BudgetRow> budgetsOf(TaskRow task) {
        return Stream.of(task.phase.id, task.phase.run.id).map(budgets::get).flatMap(Stream::ofNullable);
    }

    Stream<TaskRow> childrenOf(String parentId) {
        return Optional.ofNullable(tasks.get(parentId)).stream()
                .flatMap(parent -> IntStream.rangeClosed(1, parent.children)
                        .mapToObj(number -> tasks.get(Kinship.childId(parentId, number)))
                        .flatMap(Stream::ofNullable));
    }

    Optional<TaskRow> childOf(TaskRow parent, String key) {
        String inPhase = Kinship.keyInPhase(parent.id, key);
        return childrenOf(parent.id)
                .filter(child -> child.spec.key().equals(inPhase))
                .findFirst();
    }

    /** The closed gates that stand before a task. */
    List<GateRow> gatesBefore(TaskRow task, Instant now) {
        return gates.isEmpty()
                ? List.of()
                : gates.values().stream()
                        .filter(gate -> gate.isClosedAt(now) && gate.standsBefore(task) && !gate.isPassedBy(task))
                        .toList();
    }

    boolean isHeld(TaskRow task, Instant now) {
        return !gatesBefore(task, now).isEmpty();
    }

    /** Sets the timers of a run's timebox, where it has one. */
    Ready setTimebox(RunRow run, Instant now) {
        run.plan().timebox().ifPresent(timebox -> {
            timers.add(now.plus(Timeboxes.wrapUpAfter(timebox)), new Promise.RunWrapUp(run));
            timers.add(now.plus(timebox), new Promise.RunTimeout(run));
        });
        return new Ready(List.of(), run.plan().timebox().isPresent());
    }

    NavigableMap<Long, Saved> checkpointsOf(String taskId) {
        return checkpoints.getOrDefault(taskId, new TreeMap<>());
    }
}
