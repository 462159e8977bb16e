package io.orchestrator.queue;

/** The queue did not answer, or not in time. Whether the operation took place is unknown; doing it again is safe. */
public sealed class QueueUnavailable extends RuntimeException permits QueueRefused, QueueTakesNothing {
    private static final long serialVersionUID = 1L;

    public QueueUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    QueueUnavailable(String message) {
        super(message);
    }
}
