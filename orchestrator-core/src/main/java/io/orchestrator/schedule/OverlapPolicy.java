package io.orchestrator.schedule;

import java.util.Locale;

/** What becomes of a firing that finds the schedule's run before it unfinished. */
public enum OverlapPolicy {
    /** Nothing. */
    SKIP,
    /** It waits for that run to end; then it fires. */
    QUEUE,
    /** Both run. */
    ALLOW,
    /** The run before is cancelled. */
    CANCEL_RUNNING;

    /** The name in JSON, on the command line and in the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static OverlapPolicy of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
