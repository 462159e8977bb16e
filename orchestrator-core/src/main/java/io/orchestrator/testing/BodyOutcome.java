package io.orchestrator.testing;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.BudgetExhausted;
import io.orchestrator.agent.CheckpointTooLarge;
import io.orchestrator.agent.ChildRefused;
import io.orchestrator.agent.ReturnedEarly;
import io.orchestrator.plan.AgentRef;
import io.orchestrator.plan.RetryPolicy;
import io.orchestrator.run.AttemptDecisions;
import io.orchestrator.run.AttemptDecisions.Verdict;
import io.orchestrator.run.Failure;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.testing.AttemptRecord.End;
import java.time.Duration;
import java.util.Optional;

/** Runs a body and says how it ended, by the rules of the worker. */
final class BodyOutcome {
    private static final Duration UNKNOWN_AGENT_DELAY = Duration.ofSeconds(5);

    private final Deployment deployment;

    BodyOutcome(Deployment deployment) {
        this.deployment = deployment;
    }

    /** What to report; empty when nothing that the attempt says counts. */
    Optional<Outcome> of(TestAttempt attempt) {
        Optional<Agent> agent = deployment.agent(attempt.claimed());
        if (agent.isEmpty()) {
            return Optional.of(new Outcome.HandedBack(
                    "nobody here does '" + attempt.claimed().target() + "'", UNKNOWN_AGENT_DELAY));
        }
        Outcome outcome = execute(agent.get(), attempt);
        Optional<TestAttempt.Stop> stopped = attempt.stopped();
        if (stopped.isEmpty()) {
            return Optional.of(outcome);
        }
        return switch (stopped.get()) {
            case REVOKED, LOST -> Optional.empty();
            case FENCED -> Optional.of(orHandedBack(outcome, "its worker could not renew the lease"));
            case RECALLED -> Optional.of(orHandedBack(outcome, "its run or its queue was paused"));
        };
    }

    /** A result that was ready counts all the same, if the store still believes its epoch. */
    private static Outcome orHandedBack(Outcome outcome, String reason) {
        boolean isAnEnd = outcome instanceof Outcome.Completed || outcome instanceof Outcome.Awaiting;
        return isAnEnd ? outcome : new Outcome.HandedBack(reason, Duration.ZERO);
    }

    @SuppressWarnings("Interruption") // The flag belongs to this attempt's own thread and ends with it.
    private Outcome execute(Agent agent, TestAttempt attempt) {
        try {
            return new Outcome.Completed(agent.execute(attempt));
        } catch (AwaitingChildren e) {
            return new Outcome.Awaiting();
        } catch (ReturnedEarly e) {
            return new Outcome.HandedBack(message(e), Duration.ZERO);
        } catch (AgentFailure e) {
            return failed(attempt, new Failure(message(e), e.isRetryable(), e.retryAfter()));
        } catch (CheckpointTooLarge | ChildRefused | BudgetExhausted e) {
            return failed(attempt, new Failure(message(e), false, Optional.empty()));
        } catch (AttemptRevoked | InterruptedException e) {
            return failed(attempt, new Failure("the attempt was interrupted", true, Optional.empty()));
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            return failed(attempt, new Failure(message(e), true, Optional.empty()));
        }
    }

    private Outcome failed(TestAttempt attempt, Failure failure) {
        Verdict verdict = AttemptDecisions.afterFailure(
                policy(attempt), attempt.claimed().attempt(), failure, deployment.random());
        return switch (verdict) {
            case Verdict.TryAgain(Duration delay) -> new Outcome.Retry(failure, delay);
            case Verdict.GiveUp() -> new Outcome.Failed(failure);
        };
    }

    private static RetryPolicy policy(TestAttempt attempt) {
        return attempt.phase().plan().phase(attempt.phase().phase()).agents().stream()
                .filter(agent -> agent.as().equals(attempt.claimed().name()))
                .findFirst()
                .flatMap(AgentRef::retry)
                .orElse(attempt.phase().plan().retry());
    }

    static End end(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed ignored -> End.COMPLETED;
            case Outcome.Retry ignored -> End.RETRIED;
            case Outcome.Failed ignored -> End.FAILED;
            case Outcome.HandedBack ignored -> End.HANDED_BACK;
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
        };
    }

    private static String message(Throwable e) {
        String text = e.getMessage();
        return text == null || text.isBlank() ? e.getClass().getName() : text;
    }
}
