package io.orchestrator.schedule;

import java.util.Locale;

/** What becomes of firings that nobody was there to see, by more than {@link ScheduleDecisions#LATE}. */
public enum MissedPolicy {
    /** Nothing. */
    SKIP,
    /** One run stands for all of them. */
    RUN_ONCE,
    /** Each has its run. */
    RUN_ALL;

    /** The name in JSON, on the command line and in the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static MissedPolicy of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
