package io.orchestrator.agent;

/**
 * Thrown by a body that returns before its work is done, because its worker is about to stop and asked it to
 * ({@link AgentContext#shutdownRequested()}). The task goes on elsewhere, from its last checkpoint, and no attempt is used
 * up.
 */
public final class ReturnedEarly extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ReturnedEarly(String message) {
        super(message);
    }
}
