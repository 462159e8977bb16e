package io.orchestrator.store;

/** The store did not answer, or the connection was lost. Whether the change was made is unknown; ask again later. */
public sealed class StoreUnavailable extends RuntimeException permits StoreRefused, StoreBusy {
    private static final long serialVersionUID = 1L;

    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    StoreUnavailable(String message) {
        super(message);
    }
}
