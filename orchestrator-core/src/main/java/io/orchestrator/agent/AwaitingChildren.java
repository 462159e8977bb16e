package io.orchestrator.agent;

/**
 * Thrown by a body that waits for its children ({@link AgentContext#awaitChildren}). It gives its slot up and uses no
 * attempt up; when the last child has ended the task is attempted again, from its last checkpoint, and finds the results.
 */
public final class AwaitingChildren extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AwaitingChildren(String taskId) {
        super("task " + taskId + " waits for its children", null, false, false);
    }
}
