package io.orchestrator.store;

/**
 * The store is there and cannot be used as it is set up: a wrong password, a right that is missing, no such database. For
 * whoever works on for days it is like an outage, after which everything goes on; but a person has to end it, and the message
 * says how.
 */
public final class StoreRefused extends StoreUnavailable {
    private static final long serialVersionUID = 1L;

    public StoreRefused(String message) {
        super(message);
    }

    public StoreRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
