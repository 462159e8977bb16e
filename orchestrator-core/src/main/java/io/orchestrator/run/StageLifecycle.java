package io.orchestrator.run;

import static io.orchestrator.run.StageState.CANCELLED;
import static io.orchestrator.run.StageState.COMPLETED;
import static io.orchestrator.run.StageState.FAILED;
import static io.orchestrator.run.StageState.HOLDING;
import static io.orchestrator.run.StageState.PENDING;
import static io.orchestrator.run.StageState.RUNNING;
import static io.orchestrator.run.StageState.TIMED_OUT;

import java.util.List;

/** The transition tables of phases and of runs. */
public final class StageLifecycle {
    /** What can happen to a phase or a run. */
    public enum Event {
        START,
        /** Its outputs missed a rubric, and a person is to decide. */
        HOLD,
        /** A person wants it done once more. */
        REPEAT,
        /** Done in another run, whose outputs it shows. */
        TAKE_OVER,
        COMPLETE,
        FAIL,
        CANCEL,
        TIME_OUT,
        /** Continued after a bad end. */
        REOPEN,
        /** A further phase was added after it had completed. */
        EXTEND,
        /** Back to waiting: it had not started when its run ended badly. */
        RESET
    }

    public static final Lifecycle<StageState, Event> PHASE = Lifecycle.<StageState, Event>declare()
            .on(Event.START, RUNNING, List.of(PENDING))
            .on(Event.TAKE_OVER, COMPLETED, List.of(PENDING))
            .on(Event.HOLD, HOLDING, List.of(RUNNING))
            .on(Event.REPEAT, RUNNING, List.of(HOLDING))
            .on(Event.COMPLETE, COMPLETED, List.of(RUNNING, HOLDING))
            .on(Event.FAIL, FAILED, List.of(RUNNING, HOLDING))
            .on(Event.CANCEL, CANCELLED, List.of(PENDING, RUNNING, HOLDING))
            .on(Event.TIME_OUT, TIMED_OUT, List.of(RUNNING, HOLDING))
            .on(Event.REOPEN, RUNNING, List.of(FAILED, CANCELLED, TIMED_OUT))
            .on(Event.RESET, PENDING, List.of(CANCELLED))
            .build();

    /** A run begins as running, in the transaction that accepts it, unless it is to start later: then it is pending. */
    public static final Lifecycle<StageState, Event> RUN = Lifecycle.<StageState, Event>declare()
            .on(Event.START, RUNNING, List.of(PENDING))
            .on(Event.COMPLETE, COMPLETED, List.of(RUNNING))
            .on(Event.FAIL, FAILED, List.of(RUNNING))
            .on(Event.CANCEL, CANCELLED, List.of(PENDING, RUNNING))
            .on(Event.TIME_OUT, TIMED_OUT, List.of(RUNNING))
            .on(Event.EXTEND, RUNNING, List.of(COMPLETED))
            .on(Event.REOPEN, RUNNING, List.of(FAILED, CANCELLED, TIMED_OUT))
            .build();

    private StageLifecycle() {}
}
