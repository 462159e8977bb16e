package io.orchestrator.plan;

import java.util.Locale;

/** The lane that a run's tasks travel in; read highest first. */
public enum Priority {
    CRITICAL,
    HIGH,
    NORMAL,
    LOW;

    /** The name in JSON, in the database and in stream keys. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Priority of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
