package io.orchestrator.store;

/** Work of another run cannot be taken over; the message says why and what to do. Nothing was stored. */
public final class TakeOverRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TakeOverRefused(String message) {
        super(message);
    }
}
