package io.orchestrator.worker;

import io.orchestrator.agent.BudgetExhausted;
import io.orchestrator.agent.Usage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt uses. Thread-safe. Where a budget limits it, each report is booked before the call returns, and what has
 * not been booked is told to nobody, so that the ledger and the tasks always agree.
 */
final class Spending {
    private final Attempt attempt;
    private final DurableWrites writes;
    private final PoolUsage ofPool;
    private final boolean budgeted;
    private final AtomicReference<Usage> said;
    private final ReentrantLock booking = new ReentrantLock();
    private volatile Usage booked;
    private volatile @Nullable String exhausted;

    Spending(Attempt attempt, DurableWrites writes, PoolUsage ofPool) {
        this.ofPool = ofPool;
        this.attempt = attempt;
        this.writes = writes;
        this.budgeted = attempt.claimed().budgeted();
        this.said = new AtomicReference<>(attempt.claimed().usedBefore());
        this.booked = attempt.claimed().usedBefore();
    }

    /** Totals of the task over all its attempts. */
    Usage totals() {
        return budgeted ? booked : said.get();
    }

    void add(Usage more) {
        said.accumulateAndGet(more, (before, further) -> before.plus(further).upTo(Usage.MOST));
        if (budgeted) {
            booking.lock();
            try {
                Usage total = said.get();
                writes.book(attempt, total).ifPresent(reason -> exhausted = reason);
                booked = total;
            } finally {
                booking.unlock();
            }
        }
        ofPool.add(more);
    }

    /**
     * Stops a body that goes on although there is nothing left to use.
     *
     * @throws BudgetExhausted when an earlier report has exhausted a budget, or found it exhausted
     */
    void checkMoney() {
        String reason = exhausted;
        if (reason != null) {
            throw new BudgetExhausted(reason);
        }
    }
}
