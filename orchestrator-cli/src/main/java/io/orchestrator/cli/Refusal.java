package io.orchestrator.cli;

/** What was asked for cannot be done. The message says what happened, what was expected and what to do; it is shown as it is. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(message);
    }

    Refusal(String message, Throwable cause) {
        super(message, cause);
    }
}
