package io.orchestrator.store.memory;

import io.orchestrator.run.Lifecycle;
import io.orchestrator.run.StageLifecycle;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskEvent;
import io.orchestrator.run.TaskState;

/** The events that lead to states, so that each change is one that a lifecycle declares. */
final class Stages {
    private Stages() {}

    /** @throws IllegalStateException when the lifecycle does not declare this end from this state */
    static StageState move(
            Lifecycle<StageState, StageLifecycle.Event> lifecycle, StageState from, StageState end, String what) {
        StageLifecycle.Event event = switch (end) {
            case PENDING -> throw new IllegalStateException(what + " cannot become pending");
            case RUNNING -> from == StageState.HOLDING ? StageLifecycle.Event.REPEAT : StageLifecycle.Event.START;
            case HOLDING -> StageLifecycle.Event.HOLD;
            case COMPLETED -> StageLifecycle.Event.COMPLETE;
            case FAILED -> StageLifecycle.Event.FAIL;
            case CANCELLED -> StageLifecycle.Event.CANCEL;
            case TIMED_OUT -> StageLifecycle.Event.TIME_OUT;
        };
        return lifecycle
                .next(from, event)
                .orElseThrow(() -> new IllegalStateException(what + " is " + from + ": " + event + " cannot happen"));
    }

    /** What happens to a task that ends so. */
    static TaskEvent eventOf(TaskState end) {
        return switch (end) {
            case COMPLETED -> TaskEvent.COMPLETE;
            case FAILED -> TaskEvent.FAIL;
            case CANCELLED -> TaskEvent.CANCEL;
            case TIMED_OUT -> TaskEvent.TIME_OUT;
            case DEAD -> TaskEvent.BURY;
            case PENDING, QUEUED, RUNNING, WAITING, RETRYING -> throw new IllegalStateException(end + " is not final");
        };
    }
}
