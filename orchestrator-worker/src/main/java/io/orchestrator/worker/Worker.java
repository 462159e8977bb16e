package io.orchestrator.worker;

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
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs an attempt's body and says how it ended. Thread-safe; each attempt has a virtual thread of its own. */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration UNKNOWN_AGENT_DELAY = Duration.ofSeconds(5);

    private final AgentSource agents;
    private final RandomGenerator random;

    Worker(AgentSource agents, RandomGenerator random) {
        this.agents = agents;
        this.random = random;
    }

    /** The report to send, or empty when the attempt was revoked and nothing it says counts. */
    Optional<AttemptReport> run(Attempt attempt) {
        attempt.runsOn(Thread.currentThread());
        MDC.put("run", attempt.claimed().runId());
        MDC.put("task", attempt.hold().taskId());
        MDC.put("attempt", String.valueOf(attempt.claimed().attempt()));
        try {
            return outcome(attempt).map(outcome -> new AttemptReport(attempt.hold(), outcome, attempt.used()));
        } finally {
            attempt.bodyEnded();
            MDC.clear();
        }
    }

    private Optional<Outcome> outcome(Attempt attempt) {
        Optional<Agent> agent = agents.find(attempt.claimed(), attempt.phase());
        if (agent.isEmpty()) {
            String what =
                    attempt.claimed().type().wire() + " '" + attempt.claimed().target() + "'";
            LOG.warn("this worker knows no {}; the task goes back for others", what);
            return Optional.of(new Outcome.HandedBack("this worker knows no " + what, UNKNOWN_AGENT_DELAY));
        }
        Outcome outcome = execute(agent.get(), attempt);
        boolean isAnEnd = outcome instanceof Outcome.Completed || outcome instanceof Outcome.Awaiting;
        return attempt.stopped().isEmpty() || isAnEnd
                ? whenTrusted(attempt, outcome)
                : afterStop(attempt, attempt.stopped().get());
    }

    /** A result that was ready counts even if the worker was about to stop; the store judges its epoch. */
    private static Optional<Outcome> whenTrusted(Attempt attempt, Outcome outcome) {
        return attempt.isRefused() ? Optional.empty() : Optional.of(outcome);
    }

    private Optional<Outcome> afterStop(Attempt attempt, Attempt.Stop reason) {
        return switch (reason) {
            case REVOKED, LOST -> Optional.empty();
            case FENCED -> Optional.of(new Outcome.HandedBack("its worker could not renew the lease", Duration.ZERO));
            case STUCK -> attempt.stuckAs().map(failure -> failed(attempt, failure));
            case RECALLED -> Optional.of(new Outcome.HandedBack("its run or its queue was paused", Duration.ZERO));
            case SHUTDOWN -> Optional.of(new Outcome.HandedBack("its worker stopped", Duration.ZERO));
        };
    }

    @SuppressWarnings("Interruption") // The flag belongs to this attempt's own thread and ends with it.
    private Outcome execute(Agent agent, Attempt attempt) {
        try {
            return new Outcome.Completed(agent.execute(attempt));
        } catch (AwaitingChildren e) {
            return new Outcome.Awaiting();
        } catch (ReturnedEarly e) {
            return new Outcome.HandedBack(message(e), Duration.ZERO);
        } catch (AgentFailure e) {
            LOG.info("agent {} failed: {}", attempt.claimed().name(), e.getMessage());
            return failed(attempt, new Failure(message(e), e.isRetryable(), e.retryAfter()));
        } catch (CheckpointTooLarge | ChildRefused | BudgetExhausted e) {
            return failed(attempt, new Failure(message(e), false, Optional.empty()));
        } catch (AttemptRevoked | InterruptedException e) {
            return failed(attempt, new Failure("the attempt was interrupted", true, Optional.empty()));
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            LOG.info("agent {} failed", attempt.claimed().name(), e);
            return failed(attempt, new Failure(message(e), true, Optional.empty()));
        } finally {
            boolean interrupted = Thread.interrupted();
            LOG.trace("the body has ended, interrupted: {}", interrupted);
        }
    }

    private Outcome failed(Attempt attempt, Failure failure) {
        Verdict verdict =
                AttemptDecisions.afterFailure(policy(attempt), attempt.claimed().attempt(), failure, random);
        return switch (verdict) {
            case Verdict.TryAgain(Duration delay) -> new Outcome.Retry(failure, delay);
            case Verdict.GiveUp() -> new Outcome.Failed(failure);
        };
    }

    private static RetryPolicy policy(Attempt attempt) {
        return attempt.phase().plan().phase(attempt.phase().phase()).agents().stream()
                .filter(agent -> agent.as().equals(attempt.claimed().name()))
                .findFirst()
                .flatMap(AgentRef::retry)
                .orElse(attempt.phase().plan().retry());
    }

    private static String message(Throwable e) {
        String text = e.getMessage();
        return text == null || text.isBlank() ? e.getClass().getName() : text;
    }
}
