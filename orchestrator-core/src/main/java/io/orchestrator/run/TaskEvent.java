package io.orchestrator.run;

/** What can happen to a task. */
public enum TaskEvent {
    /** A place in the phase came free. */
    RELEASE,
    /** A worker took it. */
    CLAIM,
    COMPLETE,
    /** An attempt failed and another one is allowed. */
    RETRY,
    /** The retry's timer fired. */
    WAKE,
    /** An attempt failed and no other one is allowed, or the timer of the other one was cancelled. */
    FAIL,
    /** No attempt of its first target is left, and another target goes on with it. */
    FALL_BACK,
    /** Given back unfinished: its worker stops, or the children that it would wait for have ended already. */
    HAND_BACK,
    /** It waits for its children. */
    AWAIT,
    /** The last child that it waited for has ended. */
    CHILDREN_ENDED,
    /** Its worker lost the lease. */
    RECLAIM,
    /** Its worker lost the lease once too often without progress. */
    BURY,
    CANCEL,
    TIME_OUT,
    /** Its run is continued after a bad end. */
    REOPEN,
    /** A person wants it done now, from a checkpoint of their choice. */
    RESUME
}
