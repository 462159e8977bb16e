package io.orchestrator.schedule;

import java.time.Instant;
import java.util.Optional;

/**
 * What becomes of a firing.
 *
 * @param next the firing to wait for then; empty when there is none any more
 */
public record FiringDecision(Action action, Optional<Instant> next) {
    /** What is done. */
    public enum Action {
        SUBMIT,
        /** Cancel the run before, and submit. */
        REPLACE,
        SKIP_MISSED,
        SKIP_OVERLAP;

        /** Whether a run is made. */
        public boolean submits() {
            return switch (this) {
                case SUBMIT, REPLACE -> true;
                case SKIP_MISSED, SKIP_OVERLAP -> false;
            };
        }

        /** The name of the result in the database. */
        public String wire() {
            return switch (this) {
                case SUBMIT, REPLACE -> "submitted";
                case SKIP_MISSED -> "skipped_missed";
                case SKIP_OVERLAP -> "skipped_overlap";
            };
        }
    }
}
