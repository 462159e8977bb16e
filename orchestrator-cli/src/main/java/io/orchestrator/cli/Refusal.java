package io.orchestrator.cli;

/** What was asked for cannot be done. The message says what happened, what was expected and what to do; it is shown as it is. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    public Refusal(String message) {
        super(message);
        this.code = ExitCode.REFUSED;
    }

    public Refusal(String message, Throwable cause) {
        this(message, ExitCode.REFUSED, cause);
    }

    Refusal(String message, ExitCode code, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    ExitCode code() {
        return code;
    }
}
