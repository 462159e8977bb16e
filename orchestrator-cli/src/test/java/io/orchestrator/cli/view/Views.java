package io.orchestrator.cli.view;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Runs as the store would show them. */
final class Views {
    static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    static final Usage SPENT = new Usage(12_345, new BigDecimal("0.421"), 12_000);

    private Views() {}

    static RunView run(StageState state, RunView.Phase... phases) {
        return new RunView(
                "run-1",
                "audit",
                state,
                state == StageState.FAILED ? Optional.of("phase WORK: exit code 1") : Optional.empty(),
                List.of(phases),
                SPENT,
                START,
                Optional.of(START),
                state.isFinal() ? Optional.of(START.plusSeconds(75)) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static RunView.Phase phase(String name, StageState state, int completed, int failed, RunView.Task... tasks) {
        int running = (int) List.of(tasks).stream()
                .filter(t -> t.state() == TaskState.RUNNING)
                .count();
        return new RunView.Phase(
                "phase-" + name,
                name,
                state,
                Optional.empty(),
                1,
                tasks.length,
                completed,
                failed,
                tasks.length - completed - failed,
                running,
                0,
                1,
                Usage.NONE,
                state == StageState.PENDING ? Optional.empty() : Optional.of(START),
                state.isFinal() ? Optional.of(START.plusSeconds(5)) : Optional.empty(),
                List.of(tasks),
                Optional.empty());
    }

    static RunView.Task task(String name, TaskState state, int attempts) {
        return task(name, state, attempts, Optional.empty(), Optional.empty());
    }

    static RunView.Task task(
            String name, TaskState state, int attempts, Optional<Json> output, Optional<String> error) {
        return new RunView.Task(
                "task-" + name,
                "phase-WORK",
                "agent",
                name,
                name,
                -1,
                1,
                state,
                attempts,
                attempts,
                output,
                error,
                state == TaskState.RUNNING ? Optional.of(0.4) : Optional.empty(),
                state == TaskState.RUNNING ? Optional.of("counting java") : Optional.empty(),
                Optional.empty(),
                Usage.NONE,
                Optional.of(START),
                Optional.empty());
    }

    static EventView event(long seq, String kind, String phaseId, String taskId, Json data) {
        return new EventView(
                "run-1",
                seq,
                START.plusSeconds(5),
                kind,
                Optional.of(phaseId).filter(id -> !id.isEmpty()),
                Optional.of(taskId).filter(id -> !id.isEmpty()),
                OptionalLong.empty(),
                kind.equals("task.retrying") ? OptionalInt.of(2) : OptionalInt.empty(),
                Optional.empty(),
                data);
    }
}
