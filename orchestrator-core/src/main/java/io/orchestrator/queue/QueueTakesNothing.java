package io.orchestrator.queue;

/**
 * The queue answers and takes nothing: its memory or its disk is full, or it is a replica. An outage that may pass by itself,
 * as after a failover, and otherwise has to be ended by a person; the message says how.
 */
public non-sealed class QueueTakesNothing extends QueueUnavailable {
    private static final long serialVersionUID = 1L;

    public QueueTakesNothing(String message, Throwable cause) {
        super(message, cause);
    }
}
