package io.orchestrator.store;

import io.orchestrator.agent.Usage;
import java.util.Optional;

/**
 * The ledger of what runs and phases may use. Thread-safe.
 *
 * <p>All tasks of a run or phase draw from its one budget, so nothing strands with a task that uses little. What an
 * attempt used has already happened, so it is booked, also beyond a limit; the booking that passes the limit exhausts the
 * budget, in one transaction with the decision that the phase (or all running phases of the run) fails. From then on
 * nothing of it is claimed, and each attempt that still runs learns of it when it books again. So a budget is passed by at
 * most one booking of each attempt that was running at that moment, and by that one alone where one attempt runs.
 */
public interface BudgetStore {
    /**
     * What became of a booking.
     *
     * @param exhausted why nothing more may be used, where a budget is exhausted
     */
    record Booking(Optional<String> exhausted, Ready ready) {}

    /**
     * Books what an attempt has used.
     *
     * @param used totals of the task over all its attempts; what was booked before is not booked again
     * @throws io.orchestrator.agent.AttemptRevoked when the hold is no longer current
     */
    Booking book(Hold hold, Usage used);
}
