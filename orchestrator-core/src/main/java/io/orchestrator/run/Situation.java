package io.orchestrator.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A run and what surrounds it, read at one instant, so that {@link WhyDecisions} can say what it waits for.
 *
 * @param tasks those that have not ended, in the order of phases and tasks, and the one that was asked for
 * @param gates all that are closed
 */
public record Situation(Run run, List<Phase> phases, List<Task> tasks, List<Gate> gates, Fleet fleet) {
    public Situation {
        phases = List.copyOf(phases);
        tasks = List.copyOf(tasks);
        gates = List.copyOf(gates);
    }

    /**
     * The run itself.
     *
     * @param reason why it ended, or is to end
     * @param setAside why the engine leaves it alone
     * @param amiss what the engine cannot have made and keeps it from going on
     */
    public record Run(
            String id,
            StageState state,
            Optional<StageState> ending,
            Optional<String> reason,
            Instant createdAt,
            Optional<Instant> startAt,
            Optional<Instant> finishedAt,
            Optional<Instant> deadline,
            Optional<String> setAside,
            Optional<String> amiss) {
        /** The same with what is wrong with it. */
        public Run amiss(String what) {
            return new Run(
                    id, state, ending, reason, createdAt, startAt, finishedAt, deadline, setAside, Optional.of(what));
        }
    }

    /**
     * One of its phases.
     *
     * @param needs names of the phases that must have completed first
     * @param delayedSince, delayedUntil while its delay runs
     * @param places how many of its tasks may be under way at once
     * @param heldSince while it waits for a person
     */
    public record Phase(
            String id,
            String name,
            StageState state,
            Optional<StageState> ending,
            Optional<String> reason,
            List<String> needs,
            Optional<Instant> delayedSince,
            Optional<Instant> delayedUntil,
            int places,
            Optional<Instant> heldSince,
            Optional<Instant> deadline) {
        public Phase {
            needs = List.copyOf(needs);
        }
    }

    /**
     * A task.
     *
     * @param name as people know it
     * @param target as the name of its gate
     * @param idleSince when something last happened to it
     * @param error of its last attempt, or why it ended
     * @param setAside why the engine leaves it alone
     * @param declined whether the workers that took it last do not know its target
     * @param amiss what the engine cannot have made and keeps it from going on
     */
    public record Task(
            String id,
            String phaseId,
            String name,
            TaskState state,
            String target,
            String lane,
            int attempt,
            boolean probe,
            int openChildren,
            Optional<String> workerId,
            Optional<Instant> claimedAt,
            Optional<Instant> idleSince,
            Optional<Instant> retryAt,
            Optional<String> error,
            Optional<Instant> finishedAt,
            Optional<String> setAside,
            boolean declined,
            Optional<String> amiss) {}

    /**
     * A closed gate.
     *
     * @param kind run, lane or target
     * @param probeAt when a breaker that closed it lets a probe through
     */
    public record Gate(
            String kind,
            String name,
            String reason,
            Instant closedAt,
            Optional<Instant> reopensAt,
            Optional<Instant> probeAt) {}

    /** The workers that hold a lease, and their slots. */
    public record Fleet(int workers, int slots, int busy) {}
}
