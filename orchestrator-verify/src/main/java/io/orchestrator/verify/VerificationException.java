package io.orchestrator.verify;

/** The check could not be made, which says nothing about whether the invariants hold. The message is for people. */
public final class VerificationException extends RuntimeException {
    VerificationException(String message) {
        super(message);
    }

    VerificationException(String message, Throwable cause) {
        super(message, cause);
    }
}
