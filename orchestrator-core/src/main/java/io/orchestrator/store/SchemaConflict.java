package io.orchestrator.store;

/** The schema holds what Orchestrator can neither use nor change; the message says what, and where else to go. */
public final class SchemaConflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SchemaConflict(String message) {
        super(message);
    }

    public SchemaConflict(String message, Throwable cause) {
        super(message, cause);
    }
}
