package io.orchestrator.cli;

/** What was asked for cannot be done. The message says what happened, what was expected and what to do; it is shown as it is. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Refusal(String message) {
        super(message);
    }

    public Refusal(String message, Throwable cause) {
        super(message, cause);
    }
}
