package io.orchestrator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.orchestrator.agent.Usage;
import io.orchestrator.plan.Priority;
import io.orchestrator.plan.StuckRules;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What happens in the engine, counted. Thread-safe; no method blocks or throws for what it is told.
 *
 * <p>In Prometheus the names below have {@code _} for {@code .}, {@code _total} after a counter and {@code _seconds} after
 * a duration: {@code orchestrator_tasks_completed_total{outcome="failed"}}.
 */
public final class EngineMetrics {
    private static final Duration DEPTH_EVERY = Duration.ofSeconds(2);

    private final MeterRegistry registry;
    private final Map<TaskEnd, Counter> tasks;
    private final Map<AttemptEnd, Timer> attempts;
    private final Map<LeaseRenewal, Counter> renewals;
    private final Map<StuckRules.Action, Counter> stuck;
    private final Counter breakersOpened;
    private final Counter tokens;
    private final Counter costUsd;
    private final Counter toolSeconds;
    private final Counter claims;
    private final Counter staleTickets;
    private final DistributionSummary reportBatch;
    private final Timer timerLateness;
    private final Counter timersFired;
    private final Counter resent;
    private final Counter workersLost;
    private final Counter requeued;

    public EngineMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.tasks = each(
                TaskEnd.class,
                end -> counter(
                        "orchestrator.tasks.completed", "Tasks that reached a final state", "outcome", end.tag()));
        this.attempts = each(AttemptEnd.class, this::attemptTimer);
        this.renewals = each(
                LeaseRenewal.class,
                renewal -> counter(
                        "orchestrator.lease.renewals", "Attempts to extend a worker's lease", "result", renewal.tag()));
        this.stuck = each(
                StuckRules.Action.class,
                action -> counter(
                        "orchestrator.attempts.stuck", "Attempts that were found stuck", "action", action.wire()));
        this.breakersOpened =
                counter("orchestrator.breakers.opened", "Targets that this worker had held because they failed");
        this.tokens = counter("orchestrator.usage.tokens", "Tokens that attempts of this worker reported");
        this.costUsd = counter("orchestrator.usage.cost.usd", "Dollars that attempts of this worker reported");
        this.toolSeconds =
                counter("orchestrator.usage.tool.seconds", "Tool time that attempts of this worker reported");
        this.claims = counter("orchestrator.claims", "Tasks taken by this worker");
        this.staleTickets =
                counter("orchestrator.stale.tickets", "Tickets whose task somebody else had, or that was over");
        this.reportBatch = DistributionSummary.builder("orchestrator.report.batch.size")
                .description("Ends of attempts committed together")
                .register(registry);
        this.timerLateness = Timer.builder("orchestrator.timer.lateness")
                .description("How late the latest timer of a round fired")
                .serviceLevelObjectives(
                        Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10))
                .register(registry);
        this.timersFired = counter("orchestrator.timers.fired", "Timers that fired");
        this.resent = counter("orchestrator.dispatch.resent", "Tickets sent again because nobody had taken the task");
        this.workersLost = counter("orchestrator.workers.lost", "Workers whose lease was taken away");
        this.requeued = counter("orchestrator.tasks.requeued", "Tasks put back because their worker was lost");
    }

    /** Metrics that go nowhere. */
    public static EngineMetrics none() {
        return new EngineMetrics(new CompositeMeterRegistry());
    }

    /** A worker has answered tickets: so many tasks are its own now, and so many tickets were for nothing. */
    public void claimed(int taken, int stale) {
        claims.increment(taken);
        staleTickets.increment(stale);
    }

    /** An attempt has reported that it used this much more. */
    public void used(Usage more) {
        tokens.increment((double) more.tokens());
        costUsd.increment(more.costUsd().doubleValue());
        toolSeconds.increment(more.toolMs() / 1_000.0);
    }

    /** An attempt is over after running this long. */
    public void attemptEnded(AttemptEnd end, Duration ran) {
        of(attempts, end).record(ran);
    }

    /** A batch of ends of attempts was committed. */
    public void reported(int batchSize) {
        reportBatch.record(batchSize);
    }

    /** So many tasks ended for good. */
    public void tasksEnded(TaskEnd end, int count) {
        of(tasks, end).increment(count);
    }

    /** An attempt was found stuck, and this was done about it. */
    public void stuck(StuckRules.Action action) {
        of(stuck, action).increment();
    }

    /** A target is held because of what its attempts did here. */
    public void breakerOpened() {
        breakersOpened.increment();
    }

    public void leaseRenewed(LeaseRenewal result) {
        of(renewals, result).increment();
    }

    /** A round fired so many timers, the latest of them this late; nothing for a round without any. */
    public void timersFired(int count, Duration latest) {
        if (count > 0) {
            timersFired.increment(count);
            timerLateness.record(latest);
        }
    }

    /** The dispatcher has sent so many tickets again. */
    public void resent(int tickets) {
        resent.increment(tickets);
    }

    /** A reaper's round has taken leases away and put tasks back. */
    public void reaped(int lostWorkers, int requeuedTasks) {
        workersLost.increment(lostWorkers);
        requeued.increment(requeuedTasks);
    }

    /**
     * Shows a worker's slots, how many of them are running an attempt, and how many agents of those stand still; the
     * functions must answer at once.
     */
    public void watchSlots(IntSupplier slots, IntSupplier running, IntSupplier frozen) {
        gauge("orchestrator.worker.slots", "Attempts that this worker may run at once", slots);
        gauge("orchestrator.worker.running", "Attempts that run in this worker now", running);
        gauge(
                "orchestrator.worker.frozen",
                "Agents that stand still, because this worker cannot be sure of its lease",
                frozen);
    }

    /** Shows how many tickets wait in each lane; asked for beside the scrape, so it may take a while or fail. */
    public void watchQueueDepth(Supplier<Map<Priority, Long>> depth, Ticks ticks) {
        Sample<Map<Priority, Long>> sample = new Sample<>("queue-depth", depth, DEPTH_EVERY, ticks);
        for (Priority lane : Priority.values()) {
            Supplier<Number> waiting = () -> sample.last()
                    .<Number>map(lanes -> lanes.getOrDefault(lane, 0L))
                    .orElse(Double.NaN);
            Gauge.builder("orchestrator.queue.depth", waiting)
                    .description("Tickets that wait in the lane")
                    .tag("lane", lane.wire())
                    .register(registry);
        }
    }

    private Timer attemptTimer(AttemptEnd end) {
        return Timer.builder("orchestrator.attempt.duration")
                .description("How long attempts ran")
                .tag("outcome", end.tag())
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofHours(100))
                .serviceLevelObjectives(
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(10),
                        Duration.ofHours(1),
                        Duration.ofHours(10),
                        Duration.ofHours(50))
                .register(registry);
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private void gauge(String name, String description, IntSupplier value) {
        Gauge.builder(name, value::getAsInt).description(description).register(registry);
    }

    private static <K extends Enum<K>, M> Map<K, M> each(Class<K> keys, Function<K, M> meter) {
        Map<K, M> meters = new EnumMap<>(keys);
        for (K key : keys.getEnumConstants()) {
            meters.put(key, meter.apply(key));
        }
        return meters;
    }

    private static <K, M> M of(Map<K, M> meters, K key) {
        return Objects.requireNonNull(meters.get(key), "each constant has its meter");
    }
}
