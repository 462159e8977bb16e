package io.orchestrator.run;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that a run, or a part of it, waits for.
 *
 * @param text for people: what it is about and what it waits for
 * @param since when that began, where it is known
 * @param until when it is over at the latest, where that is decided
 */
public record Reason(Kind kind, String text, Optional<Instant> since, Optional<Instant> until) {
    /** What kinds of waiting there are. Those that speak for the whole come before those of its parts. */
    public enum Kind {
        /** It waits for nothing any more. */
        ENDED,
        /** How it ends is decided, and what still runs may finish. */
        ENDING,
        /** It could not be worked on, and is left alone until a person has looked at it. */
        SET_ASIDE,
        /** Somebody has changed or deleted what it needs; a scheduler mends that, or ends it. */
        AMISS,
        /** Somebody has paused the run. */
        PAUSED,
        /** The run is to start later. */
        START,
        /** A person is to decide about a phase. */
        DECISION,
        /** Other phases have to complete first. */
        NEEDS,
        /** A phase starts some time after what it needs. */
        DELAY,
        /** All places of the phase are taken. */
        PARALLELISM,
        /** Somebody has closed the gate of a lane or of a target. */
        GATE,
        /** The target has failed too often and is held. */
        BREAKER,
        /** The timer of the next attempt. */
        RETRY,
        /** Tasks that the task has submitted. */
        CHILDREN,
        /** There is nobody to do it. */
        NO_WORKER,
        /** No worker that has looked at it knows its target. */
        NO_AGENT,
        /** All slots of all workers are taken. */
        NO_SLOT,
        /** Nothing stands in its way. */
        READY,
        /** It is being worked on. */
        RUNNING;

        /** The name in JSON. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Reason of(Kind kind, String text) {
        return new Reason(kind, text, Optional.empty(), Optional.empty());
    }

    Reason since(Optional<Instant> at) {
        return new Reason(kind, text, at, until);
    }

    Reason until(Optional<Instant> at) {
        return new Reason(kind, text, since, at);
    }

    /** Whether nothing is done about it at this moment. */
    public boolean isWaiting() {
        return switch (kind) {
            case ENDED, RUNNING -> false;
            case ENDING,
                    SET_ASIDE,
                    AMISS,
                    PAUSED,
                    START,
                    DECISION,
                    NEEDS,
                    DELAY,
                    PARALLELISM,
                    GATE,
                    BREAKER,
                    RETRY,
                    CHILDREN,
                    NO_WORKER,
                    NO_AGENT,
                    NO_SLOT,
                    READY -> true;
        };
    }
}
