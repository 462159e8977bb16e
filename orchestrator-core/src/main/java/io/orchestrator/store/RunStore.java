package io.orchestrator.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs as a whole: accepting, cancelling, looking. Thread-safe. */
public interface RunStore {
    /**
     * Accepts a run: stores it and, unless it is to start later, makes its first tasks ready, in one transaction.
     *
     * @throws KeyConflict when the request's key was used for something else
     * @throws TakeOverRefused when what is to be taken over is not there or has not completed
     */
    Submission submit(RunRequest request);

    /**
     * Adds a phase to the run of a key, or makes that run with this phase alone, in one transaction. A run that has
     * completed goes on with it, within its budget and what is left of its timebox.
     *
     * @throws io.orchestrator.plan.InvalidPlanException when the run's plan would not be one with it; the pointers are as
     *     if it were the first phase
     * @throws KeyConflict when the run has another phase of this name
     * @throws PhaseRefused when the run cannot take it
     */
    AddedPhase add(PhaseAddition addition);

    /** The run that was accepted under this key. */
    Optional<String> runOfKey(String key);

    /** The phases that their callers named so, in the run of the other name where one is given; the newest first. */
    List<String> phasesOfKey(Optional<String> runKey, String phaseKey);

    /**
     * The number of the last event of each unfinished run, and of each other one that was accepted after this run, by their
     * ids; at most so many, those accepted first.
     *
     * @param afterRunId the id of a run, or an empty text for unfinished runs alone
     */
    Map<String, Long> heads(String afterRunId, int max);

    /** What a run was made from, as it is stored, to be run again: without key, start and what it took over. */
    Optional<RunRequest> request(String runId);

    /** Decides that the run ends as cancelled; false when it has ended already or does not exist. */
    boolean cancel(String runId, String reason);

    /** The run with its phases, and with its tasks if asked for. */
    Optional<RunView> view(String runId, boolean withTasks);

    /** The newest runs first, without tasks. */
    List<RunView> list(int max);

    /** Events with a sequence number above {@code afterSeq}, in order; never skips one that commits late. */
    List<EventView> events(String runId, long afterSeq, int max);

    /** How a task stands, wherever it is. */
    Optional<RunView.Task> task(String taskId);

    /** A phase in numbers, by the id it has in a {@link RunView}; what it costs to ask does not grow with the phase. */
    Optional<PhaseStats> stats(String phaseId);
}
