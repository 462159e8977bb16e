package io.orchestrator.store.memory;

import io.orchestrator.store.StoreUnavailable;

/**
 * What goes wrong between a caller and the store. Asked twice for each transaction, reading ones included, while the
 * store's lock is held; it does not call the store.
 */
@FunctionalInterface
public interface Faults {
    Faults NONE = (operation, moment) -> {};

    /** Where in a transaction's life a fault can strike. */
    enum Moment {
        /** The request is lost: nothing is applied. */
        BEFORE_COMMIT,
        /** The answer is lost: everything is applied, and the caller does not know. */
        AFTER_COMMIT
    }

    /**
     * Throws {@link StoreUnavailable} to let the operation fail at this moment, and returns to let it go on.
     *
     * @param operation the port and the method, such as {@code tasks.claim}, or {@code sweep} for a round of clearing up
     */
    void at(String operation, Moment moment);

    /** The exception to throw. */
    static StoreUnavailable unavailable(String operation, Moment moment) {
        String lost = moment == Moment.BEFORE_COMMIT ? "the request was lost" : "the answer was lost";
        return new StoreUnavailable(
                "the store in memory did not answer " + operation + ": " + lost,
                new IllegalStateException("a fault was injected"));
    }
}
