package io.orchestrator.embedded;

/** The local servers cannot do what was asked. The message says what happened and what to do about it. */
public class LocalStackException extends RuntimeException {
    LocalStackException(String message) {
        super(message);
    }

    LocalStackException(String message, Throwable cause) {
        super(message, cause);
    }
}
