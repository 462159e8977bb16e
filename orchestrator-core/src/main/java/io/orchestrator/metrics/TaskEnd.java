package io.orchestrator.metrics;

import java.util.Locale;

/** How a task ended for good, where a service takes part in it. */
public enum TaskEnd {
    COMPLETED,
    FAILED,
    /** Buried by the reaper. */
    DEAD;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
