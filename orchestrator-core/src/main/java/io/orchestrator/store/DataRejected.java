package io.orchestrator.store;

/** The store cannot hold this data; trying again is useless. */
public final class DataRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataRejected(String message) {
        super(message);
    }

    public DataRejected(String message, Throwable cause) {
        super(message, cause);
    }
}
