package io.orchestrator.queue;

/**
 * The queue is there and cannot be used as it is set up: a wrong password, a command that is not allowed, memory that may be
 * evicted. Work goes on without it as in an outage; but a person has to end it, and the message says how.
 */
public non-sealed class QueueRefused extends QueueUnavailable {
    private static final long serialVersionUID = 1L;

    public QueueRefused(String message) {
        super(message);
    }

    public QueueRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
