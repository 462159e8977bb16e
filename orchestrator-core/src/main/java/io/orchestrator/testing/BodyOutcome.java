package io.orchestrator.testing;

import io.orchestrator.agent.Agent;
import io.orchestrator.attempt.AttemptOutcomes;
import io.orchestrator.attempt.Stop;
import io.orchestrator.attempt.TaskInHand;
import io.orchestrator.run.Failure;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.testing.AttemptRecord.End;
import java.time.Duration;
import java.util.Optional;

/** Runs a body and says how it ended. */
final class BodyOutcome {
    private final Deployment deployment;
    private final AttemptOutcomes outcomes;

    BodyOutcome(Deployment deployment) {
        this.deployment = deployment;
        this.outcomes = new AttemptOutcomes(deployment.random());
    }

    /** What to report; empty when nothing that the attempt says counts. */
    Optional<Outcome> of(TestAttempt attempt) {
        TaskInHand task = attempt.inHand();
        Optional<Agent> agent = deployment.agent(task.claimed());
        if (agent.isEmpty()) {
            return Optional.of(AttemptOutcomes.ofUnknown(task));
        }
        Outcome ended = execute(agent.get(), attempt);
        Optional<Stop> stopped = attempt.stopped();
        return stopped.isEmpty() ? Optional.of(ended) : outcomes.ofStopped(stopped.get(), ended, task);
    }

    @SuppressWarnings("Interruption") // The flag belongs to this attempt's own thread and ends with it.
    private Outcome execute(Agent agent, TestAttempt attempt) {
        try {
            return outcomes.ofReturned(agent.execute(attempt), attempt.inHand());
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            return outcomes.ofThrown(e, attempt.inHand());
        }
    }

    static End end(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed ignored -> End.COMPLETED;
            case Outcome.Retry ignored -> End.RETRIED;
            case Outcome.Failed ignored -> End.FAILED;
            case Outcome.HandedBack ignored -> End.HANDED_BACK;
            case Outcome.Declined ignored -> End.HANDED_BACK;
            case Outcome.Awaiting() -> End.WAITING;
        };
    }

    static Optional<String> error(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed ignored -> Optional.empty();
            case Outcome.Awaiting() -> Optional.empty();
            case Outcome.Retry(Failure failure, Duration ignored) -> Optional.of(failure.message());
            case Outcome.Failed(Failure failure) -> Optional.of(failure.message());
            case Outcome.HandedBack(String reason, Duration ignored) -> Optional.of(reason);
            case Outcome.Declined(String reason) -> Optional.of(reason);
        };
    }
}
