package io.orchestrator.store.memory;

import io.orchestrator.store.StoreUnavailable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Runs one transaction at a time. A body checks all it may refuse before it changes anything: there is no way back. */
final class Transactions {
    private final ReentrantLock lock = new ReentrantLock();
    private final Faults faults;
    private boolean away;

    Transactions(Faults faults) {
        this.faults = faults;
    }

    <T> T run(String operation, Supplier<T> body) {
        return within(() -> {
            if (away) {
                throw new StoreUnavailable(
                        "the store in memory was told to be away", new IllegalStateException(operation));
            }
            faults.at(operation, Faults.Moment.BEFORE_COMMIT);
            T result = body.get();
            faults.at(operation, Faults.Moment.AFTER_COMMIT);
            return result;
        });
    }

    /** Looks without being a client: neither faults nor absence apply. */
    <T> T within(Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }

    void setAway(boolean value) {
        within(() -> away = value);
    }

    boolean isAway() {
        return within(() -> away);
    }
}
