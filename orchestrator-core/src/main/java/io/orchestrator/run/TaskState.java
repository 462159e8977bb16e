package io.orchestrator.run;

import java.util.Locale;

/** Where a task stands. {@link TaskLifecycle} says what may follow what. */
public enum TaskState {
    /** Waiting for a free place in its phase. */
    PENDING,
    /** Any worker may take it. */
    QUEUED,
    /** Held by one worker, under one epoch. */
    RUNNING,
    /** Waiting for its children to end; holds no slot. */
    WAITING,
    /** Waiting for the timer of its next attempt. */
    RETRYING,
    COMPLETED,
    /** Its last attempt failed. */
    FAILED,
    CANCELLED,
    /** A timebox ended it. */
    TIMED_OUT,
    /** It took its workers down again and again without progress. */
    DEAD;

    public boolean isFinal() {
        return switch (this) {
            case PENDING, QUEUED, RUNNING, WAITING, RETRYING -> false;
            case COMPLETED, FAILED, CANCELLED, TIMED_OUT, DEAD -> true;
        };
    }

    /** The name in JSON and in the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static TaskState of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
