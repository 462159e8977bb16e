package io.orchestrator.schedule;

/** A schedule that cannot be; the message says what is wrong and what was expected. */
public final class InvalidScheduleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidScheduleException(String message) {
        super(message);
    }

    InvalidScheduleException(String message, Throwable cause) {
        super(message, cause);
    }
}
