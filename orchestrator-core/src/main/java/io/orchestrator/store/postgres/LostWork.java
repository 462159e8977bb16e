package io.orchestrator.store.postgres;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is taken back from workers that are lost. Rows that somebody else holds are passed over and found by the next round.
 *
 * @param runId this run's alone; null for all
 * @param maxClaims a task that was claimed this often without progress goes to no other worker
 */
record LostWork(List<String> workers, @Nullable String runId, int maxClaims) {
    /** Takes the workers, and the run twice; the alias of the table is {@code l}. */
    static final String HELD =
            " l.worker_id = ANY (?::text[]) AND l.state = 'running' AND (?::text IS NULL OR l.run_id = ?) ";

    static LostWork of(List<String> workers, int maxClaims) {
        return new LostWork(workers, null, maxClaims);
    }

    LostWork ofRun(String run) {
        return new LostWork(workers, run, maxClaims);
    }

    String[] workerIds() {
        return workers.toArray(String[]::new);
    }
}
