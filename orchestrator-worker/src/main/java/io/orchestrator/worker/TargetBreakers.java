package io.orchestrator.worker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.BreakerRule;
import io.orchestrator.run.Failure;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.Breakers;
import io.orchestrator.store.Breakers.Target;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.StoreUnavailable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges targets by how their attempts end in this process, and has those held that fail so often in a row. What a hold
 * means, and how it ends, is the fleet's affair and happens in the store; here a breaker only ever opens. Attempts that
 * were handed back say nothing about their target. Thread-safe.
 */
final class TargetBreakers {
    private static final Logger LOG = LoggerFactory.getLogger(TargetBreakers.class);
    private static final float ALL = 100;

    private record Key(String target, BreakerRule rule) {}

    private final Breakers breakers;
    private final Announcer announcer;
    private final EngineMetrics metrics;
    private final Map<Key, CircuitBreaker> judges = new ConcurrentHashMap<>();

    TargetBreakers(Breakers breakers, Announcer announcer, EngineMetrics metrics) {
        this.breakers = breakers;
        this.announcer = announcer;
        this.metrics = metrics;
    }

    /** An attempt has ended so. While the store is away its word is lost: further attempts will say the same. */
    void ended(Attempt attempt, Outcome outcome) {
        ClaimedTask task = attempt.claimed();
        Optional<BreakerRule> rule = BreakerRule.of(attempt.inHand().phase().agents(), task.type(), task.target());
        if (rule.isEmpty()) {
            return;
        }
        try {
            switch (outcome) {
                case Outcome.Completed ignored -> worked(task, rule.get());
                case Outcome.Awaiting ignored -> worked(task, rule.get());
                case Outcome.Retry(Failure failure, var ignored) -> failed(task, rule.get(), failure);
                case Outcome.Failed(Failure failure) -> failed(task, rule.get(), failure);
                case Outcome.Declined ignored -> LOG.trace("nor does one that nobody here can do");
                case Outcome.HandedBack ignored -> LOG.trace("a task that is handed back says nothing of its target");
            }
        } catch (StoreUnavailable e) {
            LOG.warn("the breaker of {} learns nothing from an attempt: {}", task.target(), e.getMessage());
        }
    }

    private void worked(ClaimedTask task, BreakerRule rule) {
        CircuitBreaker judge = judge(task, rule);
        if (judge.getState() == CircuitBreaker.State.OPEN) {
            judge.reset();
        } else {
            judge.onSuccess(0, TimeUnit.NANOSECONDS);
        }
        if (task.probe()) {
            announcer.announce(breakers.settle(target(task), true));
        }
    }

    private void failed(ClaimedTask task, BreakerRule rule, Failure failure) {
        if (task.probe()) {
            announcer.announce(breakers.settle(target(task), false));
            return;
        }
        CircuitBreaker judge = judge(task, rule);
        judge.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException(failure.message()));
        if (judge.getState() == CircuitBreaker.State.OPEN) {
            String reason = "its breaker is open: " + rule.failures() + " failures in a row, the last one: "
                    + failure.message();
            if (breakers.trip(target(task), rule, reason)) {
                LOG.warn("{} '{}' is held for {}: {}", task.type().wire(), task.target(), rule.pause(), reason);
                metrics.breakerOpened();
            }
            judge.reset();
        }
    }

    private CircuitBreaker judge(ClaimedTask task, BreakerRule rule) {
        return judges.computeIfAbsent(
                new Key(target(task).gateName(), rule),
                key -> CircuitBreaker.of(
                        key.target(),
                        CircuitBreakerConfig.custom()
                                .slidingWindow(rule.failures(), rule.failures(), SlidingWindowType.COUNT_BASED)
                                .failureRateThreshold(ALL)
                                .build()));
    }

    private static Target target(ClaimedTask task) {
        return new Target(task.type(), task.target(), task.runId());
    }
}
