package io.orchestrator.store;

import java.time.Instant;
import java.util.List;

/** What does not go on by itself, for people and for alerts. Thread-safe; reading it changes nothing. */
public interface Obstacles {
    /** What can be set aside. */
    enum Kind {
        RUN,
        TASK,
        TIMER,
        SCHEDULE;

        /** The word for people and in metrics. */
        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Something that is left alone until a person has dealt with it, because it failed in a way that another try would meet
     * as well.
     *
     * @param id a schedule's name
     * @param runId whose it is; empty for a schedule and a custom timer
     */
    record SetAside(Kind kind, String id, String runId, String reason) {}

    /**
     * Queued tasks whose target no worker knows that took one of them.
     *
     * @param target {@code agent:NAME} or {@code tool:NAME}
     * @param since when the first of them was ready
     */
    record UnknownTarget(String target, String runId, long tasks, Instant since) {}

    List<SetAside> setAside(int max);

    /** Those that have waited for longest first. */
    List<UnknownTarget> unknownTargets(int max);
}
