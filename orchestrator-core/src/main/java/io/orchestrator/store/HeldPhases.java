package io.orchestrator.store;

import io.orchestrator.run.StageState;
import java.util.Locale;
import java.util.Optional;

/** Phases that missed a rubric and wait for a person. Thread-safe. */
public interface HeldPhases {
    /** What a person can decide. */
    enum Decision {
        /** It is good enough: the phase completes, with the outputs it has. */
        ACCEPT,
        /** It is done once more, by agents that are told what was missed. */
        RETRY,
        /** The phase fails, and its run with it. */
        FAIL;

        /** The name in JSON, in the database and on the command line. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Empty for a word that is none of them. */
        public static Optional<Decision> of(String wire) {
            for (Decision decision : values()) {
                if (decision.wire().equals(wire)) {
                    return Optional.of(decision);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * A decision.
     *
     * @param phase the phase's name
     * @param by who decides, for people
     */
    record Request(String runId, String phase, Decision decision, String by, Optional<String> reason) {}

    /**
     * What became of it.
     *
     * @param state the phase's, afterwards
     */
    record Decided(String phaseId, StageState state, Ready ready) {}

    /** There is nothing to decide, and why. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean unknown;

        private Refused(String message, boolean unknown) {
            super(message);
            this.unknown = unknown;
        }

        /** There is no such run or phase. */
        public static Refused unknown(String message) {
            return new Refused(message, true);
        }

        /** The phase does not wait, or not any more. */
        public static Refused notHeld(String message) {
            return new Refused(message, false);
        }

        public boolean isUnknown() {
            return unknown;
        }
    }

    /**
     * Decides, and moves the run on, in one transaction. Of several who decide at once, one does.
     *
     * @throws Refused for all others, saying who was first
     */
    Decided decide(Request request);
}
