package io.orchestrator.store;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.run.EventKind;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The worker's side of tasks. Thread-safe. */
public interface TaskStore {
    /**
     * Takes those of the tasks that still are queued, for a worker that holds a lease. A ticket that is doubled, stale or
     * invented simply yields nothing. Each claim raises the task's epoch. A task that cannot be read ends as dead, as by
     * {@link #setAside}, and the others are handed out.
     */
    List<ClaimedTask> claim(String workerId, Collection<String> taskIds);

    /**
     * Takes up to {@code max} queued tasks straight from the store, for when the queue does not answer: those of the first
     * lane in this order before those of the next.
     */
    List<ClaimedTask> claimNext(String workerId, int max, List<Priority> order);

    /**
     * Takes up to {@code max} queued tasks that others have declined and this worker has not, whether or not their wait is
     * over: a worker that knows their target need not wait for a ticket that others may read before it.
     */
    List<ClaimedTask> claimDeclined(String workerId, int max);

    /** The same, highest lane first. */
    default List<ClaimedTask> claimNext(String workerId, int max) {
        return claimNext(workerId, max, List.of(Priority.values()));
    }

    /**
     * Puts back whatever the store believes this worker holds and the worker does not: tasks of a claim whose answer was
     * lost on the way.
     */
    Ready disown(String workerId, Collection<Hold> known);

    /** What the tasks of a phase's step share. */
    PhaseContext context(String phaseId, int step);

    /** Ends attempts, with all that follows from it, in one transaction. */
    ReportResult report(List<AttemptReport> reports);

    /**
     * As {@link #report} of one, for somebody with others to report.
     *
     * @throws StoreBusy at once when another session holds what this changes
     */
    default ReportResult reportUnlessLocked(AttemptReport report) {
        return report(List.of(report));
    }

    /**
     * Ends a task as dead because of something that another attempt would meet as well, such as rows that cannot be read;
     * nothing happens when the hold is no longer current. Its fallback is not asked, since it would meet the same.
     */
    Ready setAside(Hold hold, String reason);

    /**
     * Signs of life of attempts, with what they have used in all. Nobody waits for a row that somebody else is working on,
     * so that one such row holds up no other attempt's.
     *
     * @return those that were written; of the others, the rows are locked at this moment, or they are no longer trusted
     */
    Set<Hold> heartbeat(List<Heartbeat> heartbeats);

    /**
     * Tells something of a running attempt in its run's events; false when the attempt is no longer trusted, and nothing
     * was told.
     */
    boolean tell(Hold hold, EventKind kind, Json data);

    /**
     * A sign of progress.
     *
     * @param progress from 0 to 1, negative when unknown
     * @param used totals of the task over all its attempts
     */
    record Heartbeat(Hold hold, double progress, String message, Usage used) {}
}
