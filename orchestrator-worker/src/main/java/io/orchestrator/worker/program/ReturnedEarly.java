package io.orchestrator.worker.program;

/**
 * A program ended because its worker is about to stop, before it had a result. This is no failure: the task goes back
 * to the queue without using up an attempt, and goes on from its newest checkpoint.
 */
public final class ReturnedEarly extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReturnedEarly(String message) {
        super(message);
    }
}
