package io.orchestrator.store;

import io.orchestrator.agent.AttemptRevoked;

/** A worker's claim to a task: believed only while {@code epoch} is the task's current one. */
public record Hold(String taskId, long epoch) {
    /** What its holder is told once it is no longer believed. */
    public AttemptRevoked revoked() {
        return new AttemptRevoked("task " + taskId + " is no longer held under epoch " + epoch
                + ": it was cancelled, timed out or given to another worker");
    }
}
