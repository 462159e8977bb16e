package io.orchestrator.store;

import io.orchestrator.run.StageState;
import java.util.List;
import java.util.Optional;

/** What is said where a run cannot be deleted, or is missed. Pure. */
public final class DeletionWords {
    private DeletionWords() {}

    /**
     * Why a run cannot be deleted.
     *
     * @param dependents runs that have not ended and work with what this one has done
     */
    public static Optional<String> whyNot(String runId, StageState state, List<String> dependents) {
        if (!state.isFinal()) {
            return Optional.of("run " + runId + " has not ended, it is " + state.wire()
                    + "; only a run that has ended can be deleted. End it with: orchestrator cancel " + runId);
        }
        return dependents.isEmpty()
                ? Optional.empty()
                : Optional.of("run " + runId
                        + " cannot be deleted yet, because it has done work for a run that has not ended: "
                        + String.join(", ", dependents) + ". Wait for that, or end it with: orchestrator cancel "
                        + dependents.getFirst());
    }

    public static String noSuchRun(String runId) {
        return "there is no run " + runId + "; 'orchestrator status' lists the newest";
    }

    /** Of a run that somebody wants to go on with. */
    public static String workIsGone(String runId, String originRunId) {
        return "run " + runId + " works with what run " + originRunId
                + " has done, which has been deleted; submit its plan anew instead";
    }
}
