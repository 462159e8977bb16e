package io.orchestrator.worker.program;

import java.util.Collection;

/**
 * What one look at the process table has found.
 *
 * @param certain whether nothing can have slipped through: no process ended before it could be told whose it was
 */
record Look(Collection<ProcessEntry> members, boolean certain) {
    boolean foundNothing() {
        return certain && members.isEmpty();
    }
}
