package io.orchestrator.run;

import java.util.Locale;

/** Where a phase, or a run, stands. {@link StageLifecycle} says what may follow what. */
public enum StageState {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED,
    TIMED_OUT;

    public boolean isFinal() {
        return switch (this) {
            case PENDING, RUNNING -> false;
            case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> true;
        };
    }

    /** The name in JSON and in the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static StageState of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
