package io.orchestrator.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.orchestrator.plan.Priority;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Gates;
import io.orchestrator.store.LaneDepth;
import io.orchestrator.store.Obstacles;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.TimerStore;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * How the whole fleet stands, as the store knows it: for the services of which there are few, because each of them asks.
 * A value that cannot be had is {@code NaN}, never an old one. Thread-safe; asking happens beside the scrape.
 */
public final class FleetMetrics {
    private static final int MOST = 1_000;
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final MeterRegistry registry;
    private final Ticks ticks;

    private FleetMetrics(MeterRegistry registry, Ticks ticks) {
        this.registry = registry;
        this.ticks = ticks;
    }

    /** Adds them to a registry. */
    public static void bindTo(
            MeterRegistry registry,
            Dispatch dispatch,
            Recovery recovery,
            Gates gates,
            TimerStore timers,
            Obstacles obstacles,
            Ticks ticks) {
        FleetMetrics fleet = new FleetMetrics(registry, ticks);
        fleet.watchTasks(dispatch);
        fleet.watchGates(gates);
        fleet.watchSetAside(obstacles);
        fleet.watchUnknownTargets(obstacles);
        Sample<Long> workers = fleet.sample("workers", recovery::liveWorkers);
        fleet.gauge("orchestrator.workers.alive", "Workers that hold a lease", workers, n -> n);
        Sample<TimerStore.Stats> pending = fleet.sample("timers", timers::stats);
        fleet.gauge("orchestrator.timers.pending", "Timers that have not fired", pending, TimerStore.Stats::pending);
    }

    /** As {@link #bindTo}, what tells of schedules. */
    public static void bindSchedulesTo(MeterRegistry registry, Schedules schedules, Ticks ticks) {
        FleetMetrics fleet = new FleetMetrics(registry, ticks);
        fleet.gauge(
                "orchestrator.schedule.lateness.seconds",
                "By how much the firing that has been due for longest is late",
                fleet.sample("schedules", schedules::lateness),
                Duration::toSeconds);
    }

    private void watchTasks(Dispatch dispatch) {
        Sample<List<LaneDepth>> lanes = sample("lanes", dispatch::lanes);
        for (Priority lane : Priority.values()) {
            watchTasks(lanes, lane, "queued", LaneDepth::queued);
            watchTasks(lanes, lane, "running", LaneDepth::running);
            watchTasks(lanes, lane, "retrying", LaneDepth::retrying);
            watchTasks(lanes, lane, "pending", LaneDepth::pending);
        }
    }

    private void watchTasks(
            Sample<List<LaneDepth>> lanes, Priority lane, String state, ToLongFunction<LaneDepth> count) {
        gauge(
                "orchestrator.tasks.unfinished",
                "Tasks that have not ended",
                lanes,
                depths -> depths.stream()
                        .filter(depth -> depth.lane() == lane)
                        .mapToLong(count)
                        .sum(),
                "lane",
                lane.wire(),
                "state",
                state);
    }

    private void watchGates(Gates gates) {
        Sample<List<Gates.Closed>> closed = sample("gates", gates::closed);
        for (Gates.Kind kind : Gates.Kind.values()) {
            gauge(
                    "orchestrator.gates.closed",
                    "Gates that hold tasks back",
                    closed,
                    all -> all.stream()
                            .filter(gate -> gate.gate().kind() == kind)
                            .count(),
                    "kind",
                    kind.wire());
        }
    }

    private void watchSetAside(Obstacles obstacles) {
        Sample<List<Obstacles.SetAside>> aside = sample("set-aside", () -> obstacles.setAside(MOST));
        for (Obstacles.Kind kind : Obstacles.Kind.values()) {
            gauge(
                    "orchestrator.set.aside",
                    "What is left alone until a person has dealt with it",
                    aside,
                    all -> all.stream().filter(one -> one.kind() == kind).count(),
                    "kind",
                    kind.wire());
        }
    }

    /** The number of targets is always there; a target has a row of its own while it is unknown. */
    private void watchUnknownTargets(Obstacles obstacles) {
        MultiGauge byTarget = MultiGauge.builder("orchestrator.tasks.unknown")
                .description("Tasks whose target no worker knows that took one of them")
                .register(registry);
        Sample<Map<String, Long>> unknown = sample("unknown-targets", () -> {
            Map<String, Long> tasks = obstacles.unknownTargets(MOST).stream()
                    .collect(Collectors.groupingBy(
                            Obstacles.UnknownTarget::target, Collectors.summingLong(Obstacles.UnknownTarget::tasks)));
            byTarget.register(
                    tasks.entrySet().stream()
                            .<MultiGauge.Row<?>>map(
                                    target -> MultiGauge.Row.of(Tags.of("target", target.getKey()), target.getValue()))
                            .toList(),
                    true);
            return tasks;
        });
        gauge("orchestrator.targets.unknown", "Targets of queued tasks that no worker knows", unknown, Map::size);
    }

    private <T> Sample<T> sample(String name, Supplier<T> source) {
        Sample<T> sample = new Sample<>(name, source, FRESH, ticks);
        // So that the first scrape, too, finds a value.
        sample.last();
        return sample;
    }

    private <T> void gauge(String name, String description, Sample<T> sample, ToLongFunction<T> value, String... tags) {
        Supplier<Number> read =
                () -> sample.last().<Number>map(value::applyAsLong).orElse(Double.NaN);
        Gauge.builder(name, read).description(description).tags(tags).register(registry);
    }
}
