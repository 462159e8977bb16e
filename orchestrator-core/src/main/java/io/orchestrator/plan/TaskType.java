package io.orchestrator.plan;

import java.util.Locale;

/** Whether a target is looked up among the agents or the tools. */
public enum TaskType {
    AGENT,
    TOOL;

    /** The name in JSON and in the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static TaskType of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
