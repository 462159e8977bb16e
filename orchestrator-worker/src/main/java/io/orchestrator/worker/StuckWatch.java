package io.orchestrator.worker;

import io.orchestrator.attempt.Stop;
import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.StuckRules;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Failure;
import io.orchestrator.run.StuckDecisions;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the attempts of this process and acts on those that are stuck, as the plan says, once each time one gets stuck.
 * Acting does not depend on the store: while it is away the event is lost, and the attempt is ended all the same.
 */
final class StuckWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StuckWatch.class);
    private static final Duration EVERY = Duration.ofMillis(500);

    private final Holdings holdings;
    private final TaskStore tasks;
    private final EngineMetrics metrics;
    private final WhileHolding loop;

    StuckWatch(Holdings holdings, TaskStore tasks, EngineMetrics metrics) {
        this.holdings = holdings;
        this.tasks = tasks;
        this.metrics = metrics;
        this.loop = new WhileHolding("worker-stuck-watch", holdings, this::round);
    }

    void start() {
        loop.start();
    }

    void stop() {
        loop.interrupt();
    }

    private Duration round() {
        holdings.all().forEach(this::look);
        return EVERY;
    }

    void look(Attempt attempt) {
        StuckRules rules = attempt.inHand().stuckRules();
        if (!rules.isOn() || attempt.isOver()) {
            return;
        }
        Optional<String> reason = StuckDecisions.reason(rules, attempt.signs());
        if (attempt.becomesStuck(reason.isPresent())) {
            act(attempt, rules.action(), reason.orElse(""));
        }
    }

    private void act(Attempt attempt, StuckRules.Action action, String reason) {
        LOG.warn(
                "task {} ({}) is {}; action: {}",
                attempt.hold().taskId(),
                attempt.claimed().target(),
                reason,
                action.wire());
        metrics.stuck(action);
        tell(attempt, action, reason);
        switch (action) {
            case WARN -> LOG.debug("it goes on");
            case INTERRUPT -> attempt.stop(new Stop.Stuck(new Failure(reason, true, Optional.empty())));
            case FAIL -> attempt.stop(new Stop.Stuck(new Failure(reason, false, Optional.empty())));
        }
    }

    private void tell(Attempt attempt, StuckRules.Action action, String reason) {
        try {
            boolean told = tasks.tell(
                    attempt.hold(), EventKind.TASK_STUCK, Json.object("reason", reason, "action", action.wire()));
            LOG.debug("told in the event log: {}", told);
        } catch (StoreUnavailable e) {
            LOG.warn(
                    "task {}: the event log does not tell that it is stuck: {}",
                    attempt.hold().taskId(),
                    e.getMessage());
        }
    }
}
