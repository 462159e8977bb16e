package io.orchestrator.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The processes of this host that agents' programs may have left behind. */
interface ProcessTable {
    /**
     * A process with the engine's mark.
     *
     * @param attempt the mark: the task's id, a colon and the epoch
     */
    record Marked(long pid, String attempt, String command) {}

    /** Why processes cannot be looked at here; empty where they can. */
    Optional<String> obstacle();

    /** Those of the same user, as they are now. */
    List<Marked> marked();

    static ProcessTable ofThisHost() {
        return new ProcFileSystem(Path.of("/proc"));
    }
}
