package io.orchestrator.store;

import java.util.OptionalLong;

/** Going on with what has ended badly, or from an earlier point. Thread-safe. */
public interface Reopening {
    /** What cannot be reopened, and why. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Refused(String message) {
            super(message);
        }
    }

    /**
     * What was reopened.
     *
     * @param tasks how many tasks will be done again
     */
    record Reopened(String runId, int tasks, Ready ready) {}

    /**
     * Continues a run that failed, timed out or was cancelled, from what is done: completed tasks stay, all others are done
     * again from their last checkpoint with their attempts counted anew. Timeboxes begin anew as well.
     *
     * @throws Refused when there is no such run, it has not ended, or it has completed
     */
    Reopened retry(String runId);

    /**
     * Continues a task from its newest checkpoint, or from an older one, which becomes the newest by being copied. A
     * running attempt is revoked; a task that ended badly is reopened with its run.
     *
     * @throws Refused when there is no such task or checkpoint, or the task has completed
     */
    Reopened resume(String taskId, OptionalLong fromSeq);
}
