package io.orchestrator.verify;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What to check.
 *
 * @param runId only this run; empty for the whole database
 * @param journal the effects journal; without it the rules that need it are skipped
 * @param drained whether all work should be done: nothing may be live, and every run has ended
 */
public record Scope(Optional<String> runId, Optional<Path> journal, boolean drained) {
    /** The whole database, without a journal, at any time. */
    public static final Scope EVERYTHING = new Scope(Optional.empty(), Optional.empty(), false);

    public Scope ofRun(String id) {
        return new Scope(Optional.of(id), journal, drained);
    }

    public Scope withJournal(Path file) {
        return new Scope(runId, Optional.of(file), drained);
    }

    public Scope whenDrained() {
        return new Scope(runId, journal, true);
    }
}
