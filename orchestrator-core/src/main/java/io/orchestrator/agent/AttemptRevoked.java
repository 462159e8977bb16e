package io.orchestrator.agent;

/**
 * The engine no longer trusts this attempt: its task was cancelled, timed out, or given to another worker. Nothing that
 * it reports counts any more. Do not catch it to go on.
 */
public final class AttemptRevoked extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AttemptRevoked(String message) {
        super(message);
    }
}
