package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Shows rows to people. */
final class Views {
    private Views() {}

    static RunView run(RunRow run, Optional<GateRow> pause, boolean withTasks) {
        List<RunView.Phase> phases =
                run.phases.stream().map(phase -> phase(phase, withTasks)).toList();
        Usage unsettled = phases.stream()
                .flatMap(phase -> phase.tasks().stream())
                .filter(task -> !task.state().isFinal())
                .map(RunView.Task::usage)
                .reduce(Usage.NONE, Usage::plus);
        return new RunView(
                run.id,
                run.plan().name(),
                run.state,
                run.reason,
                phases,
                run.used.plus(unsettled),
                run.createdAt,
                run.startedAt,
                run.finishedAt,
                run.deadline,
                pause.map(gate -> new RunView.Paused(gate.closedAt(), gate.reason())),
                run.startAt);
    }

    private static RunView.Phase phase(PhaseRow phase, boolean withTasks) {
        int running = (int)
                phase.tasks.stream().filter(t -> t.state == TaskState.RUNNING).count();
        return new RunView.Phase(
                phase.id,
                phase.plan.phase(),
                phase.state,
                phase.reason,
                phase.round,
                phase.total(),
                phase.completed,
                phase.failed,
                phase.open,
                running,
                phase.step,
                phase.steps,
                phase.used,
                phase.startedAt,
                phase.finishedAt,
                withTasks ? phase.tasks.stream().map(Views::task).toList() : List.of(),
                phase.origin.map(origin -> origin.run.id));
    }

    static PhaseStats stats(PhaseRow phase) {
        OptionalDouble average = phase.tasksOfRound()
                .filter(t -> t.state == TaskState.COMPLETED)
                .mapToLong(t -> Duration.between(t.claimedAt.orElseThrow(), t.finishedAt.orElseThrow())
                        .toMillis())
                .average();
        return new PhaseStats(
                phase.id,
                phase.total(),
                phase.completed,
                phase.failed,
                (int) phase.tasks.stream()
                        .filter(t -> t.state == TaskState.RUNNING)
                        .count(),
                average,
                phase.used.costUsd());
    }

    static RunView.Task task(TaskRow task) {
        return new RunView.Task(
                task.id,
                task.phase.id,
                task.spec.type().wire(),
                task.target(),
                task.spec.name(),
                task.spec.shard(),
                task.round,
                task.state,
                task.attempt,
                task.epoch,
                task.output,
                task.error,
                task.progress,
                task.message,
                task.worker,
                task.used,
                task.claimedAt,
                task.finishedAt);
    }
}
