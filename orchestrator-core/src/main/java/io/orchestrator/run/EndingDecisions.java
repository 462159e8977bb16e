package io.orchestrator.run;

import java.util.Optional;

/** How the end of a phase reaches its tasks, and the end of a task its phase. */
public final class EndingDecisions {
    private EndingDecisions() {}

    /**
     * Whether tasks that a worker holds end with the phase. Those of a phase that failed, or whose run is ending for
     * another reason, may finish, so that their work is not thrown away; nothing else of it starts.
     *
     * @param phaseEnding what the phase is to end as; empty where only its run is ending
     */
    public static boolean endsRunningTasks(Optional<StageState> phaseEnding) {
        return phaseEnding
                .map(state -> switch (state) {
                    case CANCELLED, TIMED_OUT -> true;
                    case PENDING, RUNNING, HOLDING, COMPLETED, FAILED -> false;
                })
                .orElse(false);
    }

    /** What a task ends as that ends with its phase. */
    public static TaskState outcomeOfTasks(Optional<StageState> phaseEnding) {
        return phaseEnding.equals(Optional.of(StageState.TIMED_OUT)) ? TaskState.TIMED_OUT : TaskState.CANCELLED;
    }

    /** Whether a phase with such a task cannot succeed any more. */
    public static boolean failsPhase(TaskState outcome) {
        return switch (outcome) {
            case FAILED, DEAD, TIMED_OUT -> true;
            case COMPLETED, CANCELLED, PENDING, QUEUED, RUNNING, WAITING, RETRYING -> false;
        };
    }

    /** A person's cancel and a timebox overrule a failure of a phase that is still draining; nothing else is overruled. */
    public static boolean mayBeOverruled(Optional<StageState> phaseEnding) {
        return phaseEnding.map(state -> state == StageState.FAILED).orElse(true);
    }

    /** The error of a task whose retry was cancelled. */
    public static String withoutRetry(long timerId, Optional<String> lastFailure) {
        return "its retry was cancelled (timer " + timerId + ")"
                + lastFailure
                        .map(error -> "; the attempt before it failed: " + error)
                        .orElse("");
    }

    /** The error of a task that is buried. */
    public static String epitaph(int maxClaims, String lastWorker) {
        return "its worker was lost " + maxClaims + " times in a row without a checkpoint in between, last worker "
                + lastWorker + ": the task seems to take its workers down";
    }
}
