package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.TaskState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task whose live row was just deleted in this transaction, and what it ends as.
 *
 * @param output JSON text, only of a completed task
 * @param error for people, of any other
 */
record EndedTask(
        LiveTask live,
        TaskState outcome,
        long finalEpoch,
        Usage used,
        @Nullable String output,
        @Nullable String error) {

    String taskId() {
        return live.taskId();
    }

    String phaseId() {
        return live.phaseId();
    }

    String runId() {
        return live.runId();
    }

    @Nullable
    Instant startedAt() {
        return live.claimedAt();
    }

    /** Ended badly, which is its parent's business. */
    boolean isFailedChild() {
        return live.isChild() && EndingDecisions.failsPhase(outcome);
    }

    /** The phase cannot succeed any more: a task of it ended badly by itself, not because the phase was ending. */
    boolean failsItsPhase() {
        return !live.isChild() && EndingDecisions.failsPhase(outcome);
    }
}
