package io.orchestrator.run;

import java.util.Locale;

/** Where a phase, or a run, stands. {@link StageLifecycle} says what may follow what. */
public enum StageState {
    PENDING,
    RUNNING,
    /** All its tasks are done, and a person is to say whether that is good enough. Only phases. */
    HOLDING,
    COMPLETED,
    FAILED,
    CANCELLED,
    TIMED_OUT;

    public boolean isFinal() {
        return switch (this) {
            case PENDING, RUNNING, HOLDING -> false;
            case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> true;
        };
    }

    /** Whether it has started and not ended. */
    public boolean isOpen() {
        return this == RUNNING || this == HOLDING;
    }

    /** The name in JSON and in the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static StageState of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
