package io.orchestrator.store.memory;

import io.orchestrator.run.StageState;
import io.orchestrator.schedule.FiringDecision;
import io.orchestrator.schedule.FiringDecision.Action;
import io.orchestrator.schedule.Firings;
import io.orchestrator.schedule.OverlapPolicy;
import io.orchestrator.schedule.ScheduleDecisions;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.Storable;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Schedules in memory. */
final class InMemorySchedules implements Schedules {
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final Transactions transactions;
    private final Memory memory;
    private final InMemoryRuns runs;
    private final Sweep sweep;
    private final InstantSource clock;

    InMemorySchedules(Transactions transactions, Memory memory, InMemoryRuns runs, Sweep sweep, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.runs = runs;
        this.sweep = sweep;
        this.clock = clock;
    }

    @Override
    public View add(Draft draft) {
        Storable.name("the name of the schedule", draft.name());
        Storable.request(draft.request());
        Firings firings = Firings.of(draft.cron(), draft.zone());
        return transactions.run("schedules.add", () -> {
            if (memory.schedules.containsKey(draft.name())) {
                throw Refused.taken(draft.name());
            }
            ScheduleRow row = new ScheduleRow(draft, firings, clock.instant());
            memory.schedules.put(draft.name(), row);
            return row.view();
        });
    }

    @Override
    public List<View> list() {
        return transactions.run(
                "schedules.list",
                () -> memory.schedules.values().stream().map(ScheduleRow::view).toList());
    }

    @Override
    public Optional<View> find(String name) {
        return transactions.run(
                "schedules.find",
                () -> Optional.ofNullable(memory.schedules.get(name)).map(ScheduleRow::view));
    }

    @Override
    public boolean remove(String name) {
        return transactions.run("schedules.remove", () -> memory.schedules.remove(name) != null);
    }

    @Override
    public View pause(String name) {
        return transactions.run("schedules.pause", () -> {
            ScheduleRow row = require(name);
            row.paused = true;
            return row.view();
        });
    }

    @Override
    public View resume(String name) {
        return transactions.run("schedules.resume", () -> {
            ScheduleRow row = require(name);
            if (row.paused) {
                row.paused = false;
                row.nextAt = row.firings.after(clock.instant());
            }
            return row.view();
        });
    }

    private ScheduleRow require(String name) {
        return Optional.ofNullable(memory.schedules.get(name)).orElseThrow(() -> Refused.unknown(name));
    }

    @Override
    public Submission runNow(String name) {
        return transactions.run("schedules.runNow", () -> {
            ScheduleRow row = require(name);
            Submission submitted = runs.accept(row.draft.request());
            row.lastRunId = Optional.of(submitted.runId());
            return submitted;
        });
    }

    @Override
    public Round fireDue(int max) {
        List<String> made = new ArrayList<>();
        Ready ready = Ready.NOTHING;
        int fired = 0;
        while (fired < max) {
            Optional<Firing> firing = transactions.run(
                    "schedules.fireDue",
                    () -> due().min(Comparator.comparing(ScheduleRow::waitsSince))
                            .map(this::fire));
            if (firing.isEmpty()) {
                break;
            }
            fired++;
            for (String replaced : firing.get().replaced()) {
                ready = ready.and(sweep.run(replaced));
            }
            if (firing.get().submitted().isPresent()) {
                made.add(firing.get().submitted().get().runId());
                ready = ready.and(firing.get().submitted().get().ready());
            }
        }
        return new Round(fired, made, ready);
    }

    /** What a transaction did with a firing. */
    private record Firing(List<String> replaced, Optional<Submission> submitted) {}

    private Stream<ScheduleRow> due() {
        Instant now = clock.instant();
        return waiting().filter(row -> !row.nextAt.orElseThrow().isAfter(now));
    }

    /** Those that may fire when their time has come. */
    private Stream<ScheduleRow> waiting() {
        return memory.schedules.values().stream()
                .filter(row -> !row.paused && row.nextAt.isPresent())
                .filter(row -> row.draft.overlap() != OverlapPolicy.QUEUE || !previousRuns(row));
    }

    private static Optional<Instant> first(Stream<ScheduleRow> rows) {
        return rows.map(row -> row.nextAt.orElseThrow()).min(Comparator.naturalOrder());
    }

    private Optional<RunRow> previous(ScheduleRow row) {
        return row.lastRunId.flatMap(id -> Optional.ofNullable(memory.runs.get(id)));
    }

    private boolean previousRuns(ScheduleRow row) {
        return previous(row).map(run -> !run.state.isFinal()).orElse(false);
    }

    private Firing fire(ScheduleRow row) {
        Instant at = row.nextAt.orElseThrow();
        FiringDecision decision = ScheduleDecisions.at(
                new ScheduleDecisions.Standing(
                        at, clock.instant(), previousRuns(row), previous(row).flatMap(run -> run.finishedAt)),
                row.firings,
                row.draft.missed(),
                row.draft.overlap());
        List<String> replaced =
                decision.action() == Action.REPLACE ? row.lastRunId.stream().toList() : List.of();
        previous(row)
                .filter(run -> decision.action() == Action.REPLACE)
                .ifPresent(run -> run.overrule(StageState.CANCELLED, "replaced by the next firing of its schedule"));
        Optional<Submission> submitted = decision.action().submits()
                ? Optional.of(runs.accept(row.draft.request().withKey(Schedules.key(row.draft.name(), at))))
                : Optional.empty();
        row.moveOn(decision, submitted.map(Submission::runId), clock.instant());
        return new Firing(replaced, submitted);
    }

    @Override
    public Optional<Duration> untilNext() {
        return transactions.run(
                "schedules.untilNext",
                () -> first(waiting())
                        .map(at -> Duration.between(clock.instant(), at))
                        .map(wait -> wait.isNegative()
                                ? Duration.ZERO
                                : Duration.ofMillis(
                                        wait.plus(MILLISECOND).minusNanos(1).toMillis())));
    }

    @Override
    public Duration lateness() {
        return transactions.run(
                "schedules.lateness",
                () -> first(due())
                        .map(at -> Duration.between(at, clock.instant()))
                        .orElse(Duration.ZERO));
    }
}
