package io.orchestrator.store;

import java.util.List;
import java.util.Optional;

/** Deletes runs that have ended, with all that belongs to them. Thread-safe, for any number of processes at once. */
public interface Deletions {
    /**
     * Decides that a run is deleted: from then on it cannot be continued, and nothing takes anything over from it. One that
     * is being deleted already stays so.
     *
     * @return why it cannot be deleted, as a sentence for people; empty when it is decided
     */
    Optional<String> begin(String runId);

    /**
     * Removes a piece of a run whose deletion has begun, in one transaction of bounded size.
     *
     * @return how many tasks or events went; 0 when nothing of the run is left
     */
    long remove(String runId, int most);

    /** Runs whose deletion has begun and not ended, because somebody died over it. */
    List<String> begun(int max);

    /** The oldest runs that ended so many days ago and may be deleted. */
    List<String> endedBefore(int days, int max);
}
