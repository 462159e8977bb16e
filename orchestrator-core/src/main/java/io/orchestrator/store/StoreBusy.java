package io.orchestrator.store;

/**
 * The store answers, and somebody else holds what this needs, or it took too long: nothing was changed. Everything beside it
 * goes on, so whoever works on many things passes this one over and comes back to it.
 */
public final class StoreBusy extends StoreUnavailable {
    private static final long serialVersionUID = 1L;

    public StoreBusy(String message, Throwable cause) {
        super(message, cause);
    }
}
