package io.orchestrator.run;

import static io.orchestrator.run.TaskState.CANCELLED;
import static io.orchestrator.run.TaskState.COMPLETED;
import static io.orchestrator.run.TaskState.DEAD;
import static io.orchestrator.run.TaskState.FAILED;
import static io.orchestrator.run.TaskState.PENDING;
import static io.orchestrator.run.TaskState.QUEUED;
import static io.orchestrator.run.TaskState.RETRYING;
import static io.orchestrator.run.TaskState.RUNNING;
import static io.orchestrator.run.TaskState.TIMED_OUT;
import static io.orchestrator.run.TaskState.WAITING;

import java.util.List;

/** The transition table of tasks. The statements of the store are checked against it. */
public final class TaskLifecycle {
    public static final Lifecycle<TaskState, TaskEvent> TABLE = Lifecycle.<TaskState, TaskEvent>declare()
            .on(TaskEvent.RELEASE, QUEUED, List.of(PENDING))
            .on(TaskEvent.CLAIM, RUNNING, List.of(QUEUED))
            .on(TaskEvent.COMPLETE, COMPLETED, List.of(RUNNING))
            .on(TaskEvent.RETRY, RETRYING, List.of(RUNNING))
            .on(TaskEvent.WAKE, QUEUED, List.of(RETRYING))
            .on(TaskEvent.FAIL, FAILED, List.of(RUNNING, RETRYING))
            .on(TaskEvent.FALL_BACK, QUEUED, List.of(RUNNING))
            .on(TaskEvent.HAND_BACK, QUEUED, List.of(RUNNING))
            .on(TaskEvent.AWAIT, WAITING, List.of(RUNNING))
            .on(TaskEvent.CHILDREN_ENDED, QUEUED, List.of(WAITING))
            .on(TaskEvent.RECLAIM, QUEUED, List.of(RUNNING))
            .on(TaskEvent.BURY, DEAD, List.of(RUNNING))
            .on(TaskEvent.CANCEL, CANCELLED, List.of(PENDING, QUEUED, RUNNING, WAITING, RETRYING))
            .on(TaskEvent.TIME_OUT, TIMED_OUT, List.of(PENDING, QUEUED, RUNNING, WAITING, RETRYING))
            .on(TaskEvent.REOPEN, PENDING, List.of(FAILED, CANCELLED, TIMED_OUT, DEAD))
            .on(TaskEvent.RESUME, QUEUED, List.of(RUNNING, WAITING, RETRYING))
            .build();

    private TaskLifecycle() {}
}
