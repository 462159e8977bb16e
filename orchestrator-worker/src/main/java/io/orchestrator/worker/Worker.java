package io.orchestrator.worker;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.attempt.AttemptOutcomes;
import io.orchestrator.attempt.Stop;
import io.orchestrator.attempt.TaskInHand;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs an attempt's body and says how it ended. Thread-safe; each attempt has a virtual thread of its own. */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final AgentSource agents;
    private final AttemptOutcomes outcomes;

    Worker(AgentSource agents, AttemptOutcomes outcomes) {
        this.agents = agents;
        this.outcomes = outcomes;
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
        TaskInHand task = attempt.inHand();
        Optional<Agent> agent;
        try {
            agent = agents.find(task.claimed(), task.phase());
        } catch (RuntimeException e) {
            LOG.warn("agent {} cannot be looked up", task.claimed().target(), e);
            return Optional.of(outcomes.ofThrown(e, task));
        }
        if (agent.isEmpty()) {
            Outcome.Declined back = AttemptOutcomes.ofUnknown(task);
            LOG.info(
                    "{}; task {} goes back for others",
                    back.reason(),
                    task.claimed().hold().taskId());
            return Optional.of(back);
        }
        Outcome ended = execute(agent.get(), attempt);
        Optional<Stop> stopped = attempt.stopped();
        return stopped.isEmpty() ? Optional.of(ended) : outcomes.ofStopped(stopped.get(), ended, task);
    }

    @SuppressWarnings("Interruption") // The flag belongs to this attempt's own thread and ends with it.
    private Outcome execute(Agent agent, Attempt attempt) {
        try {
            return outcomes.ofReturned(agent.execute(attempt), attempt.inHand());
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            tell(attempt, e);
            return outcomes.ofThrown(e, attempt.inHand());
        } finally {
            attempt.log().flush();
            boolean interrupted = Thread.interrupted();
            LOG.trace("the body has ended, interrupted: {}", interrupted);
        }
    }

    private static void tell(Attempt attempt, Throwable thrown) {
        String agent = attempt.claimed().name();
        if (thrown instanceof AgentFailure) {
            LOG.info("agent {} failed: {}", agent, thrown.getMessage());
            if (thrown.getCause() != null) {
                attempt.log().trace(thrown);
            }
        } else if (AttemptOutcomes.isUnforeseen(thrown)) {
            LOG.info("agent {} failed", agent, thrown);
            attempt.log().trace(thrown);
        }
    }
}
