package io.orchestrator.plan;

/**
 * A phase cannot be made into tasks, because what it is to be cut into pieces is not there, or not as it must be. The
 * message is fit for people. The same phase and the same data fail again: there is no use in a retry.
 */
public final class ExpansionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ExpansionException(String message) {
        super(message);
    }

    ExpansionException(String message, ExpansionException cause) {
        super(message, cause);
    }
}
