package io.orchestrator.plan;

import java.util.Locale;

/** The lane that a run's tasks travel in; read highest first. */
public enum Priority {
    CRITICAL(0),
    HIGH(1),
    NORMAL(2),
    LOW(3);

    private final int lane;

    Priority(int lane) {
        this.lane = lane;
    }

    /** The number in the database, 0 for the highest. */
    public int lane() {
        return lane;
    }

    public static Priority ofLane(int lane) {
        for (Priority priority : values()) {
            if (priority.lane == lane) {
                return priority;
            }
        }
        throw new IllegalArgumentException("there is no lane " + lane);
    }

    /** The name in JSON, in the database and in stream keys. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Priority of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
