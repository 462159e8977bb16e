package io.orchestrator.server;

/** The server does not start, because it cannot or must not listen where it was told to. */
public final class CannotListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotListenException(String message) {
        super(message);
    }

    CannotListenException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What the system said. */
    static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
