package io.orchestrator.store;

import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import java.util.List;

/** Tasks that a task submits. Thread-safe. */
public interface ChildStore {
    /**
     * What became of a submission.
     *
     * @param created false when the parent had submitted the same before
     */
    record Submitted(String taskId, boolean created, Ready ready) {}

    /**
     * Makes a task in the parent's phase and step, ready at once; durable on return. The same key with the same content
     * gives the task that is there, in whatever attempt it was made.
     *
     * @param used what the parent has used over all its attempts, which is durable with a child that is new
     * @throws io.orchestrator.agent.AttemptRevoked when the hold is no longer current
     * @throws io.orchestrator.agent.ChildRefused when the key was used for other content, or there are too many children
     *     or generations
     */
    Submitted submit(Hold parent, ChildSpec child, Usage used);

    /** The same for an attempt that has used nothing since. */
    default Submitted submit(Hold parent, ChildSpec child) {
        return submit(parent, child, Usage.NONE);
    }

    /** A task's children, in the order in which they were submitted. */
    List<ChildResult> results(String parentId);
}
