package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.store.Hold;

/** What a timer is to do. */
sealed interface Promise {
    /** Wakes a task, but only from the attempt that it was set after. */
    record Retry(Hold expected) implements Promise {}

    record TaskTimeout(String taskId) implements Promise {}

    record PhaseWrapUp(PhaseRow phase) implements Promise {}

    record PhaseTimeout(PhaseRow phase) implements Promise {}

    record RunWrapUp(RunRow run) implements Promise {}

    record RunTimeout(RunRow run) implements Promise {}

    record RunStart(RunRow run) implements Promise {}

    record PhaseStart(PhaseRow phase) implements Promise {}

    record Custom(String action, Json payload) implements Promise {}

    default boolean isOfTask(String taskId) {
        return switch (this) {
            case Retry(Hold expected) -> expected.taskId().equals(taskId);
            case TaskTimeout(String id) -> id.equals(taskId);
            case PhaseWrapUp ignored -> false;
            case PhaseTimeout ignored -> false;
            case RunWrapUp ignored -> false;
            case RunTimeout ignored -> false;
            case RunStart ignored -> false;
            case PhaseStart ignored -> false;
            case Custom ignored -> false;
        };
    }

    /** Of the phase itself, not of a task in it. */
    default boolean isOfPhase(PhaseRow phase) {
        return switch (this) {
            case PhaseWrapUp(PhaseRow own) -> own.id.equals(phase.id);
            case PhaseTimeout(PhaseRow own) -> own.id.equals(phase.id);
            case PhaseStart(PhaseRow own) -> own.id.equals(phase.id);
            case RunStart ignored -> false;
            case Retry ignored -> false;
            case TaskTimeout ignored -> false;
            case RunWrapUp ignored -> false;
            case RunTimeout ignored -> false;
            case Custom ignored -> false;
        };
    }

    /** Of the run itself, not of a phase in it. */
    default boolean isOfRun(RunRow run) {
        return switch (this) {
            case RunWrapUp(RunRow own) -> own.id.equals(run.id);
            case RunTimeout(RunRow own) -> own.id.equals(run.id);
            case RunStart(RunRow own) -> own.id.equals(run.id);
            case PhaseStart ignored -> false;
            case Retry ignored -> false;
            case TaskTimeout ignored -> false;
            case PhaseWrapUp ignored -> false;
            case PhaseTimeout ignored -> false;
            case Custom ignored -> false;
        };
    }

    /** For dumps: the kind and what it is about. */
    default String describe() {
        return switch (this) {
            case Retry(Hold expected) -> "retry " + expected.taskId() + " expecting epoch " + expected.epoch();
            case TaskTimeout(String id) -> "task_timeout " + id;
            case PhaseWrapUp(PhaseRow phase) -> "phase_wrap_up " + phase.id;
            case PhaseTimeout(PhaseRow phase) -> "phase_timeout " + phase.id;
            case RunWrapUp(RunRow run) -> "run_wrap_up " + run.id;
            case RunTimeout(RunRow run) -> "run_timeout " + run.id;
            case RunStart(RunRow run) -> "run_start " + run.id;
            case PhaseStart(PhaseRow phase) -> "phase_start " + phase.id;
            case Custom(String action, Json payload) -> "custom " + action + ' ' + payload.canonical();
        };
    }
}
