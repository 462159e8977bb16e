package io.orchestrator.store.postgres;

import io.orchestrator.run.FailureDecisions;
import io.orchestrator.schedule.FiringDecision;
import io.orchestrator.schedule.FiringDecision.Action;
import io.orchestrator.schedule.Firings;
import io.orchestrator.schedule.InvalidScheduleException;
import io.orchestrator.schedule.ScheduleDecisions;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.Storable;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.Submission;
import io.orchestrator.store.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Schedules on Postgres: who holds a schedule's row deals with its firing. */
final class PostgresSchedules implements Schedules {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSchedules.class);
    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
    private static final Duration BEFORE_THE_NEXT_TRY = Duration.ofSeconds(1);
    private static final String REPLACED = "replaced by the next firing of its schedule";

    private final Database database;
    private final Tables tables;
    private final PostgresRuns runs;
    private final Sweep sweep;

    PostgresSchedules(Database database, Tables tables, PostgresRuns runs, Sweep sweep) {
        this.database = database;
        this.tables = tables;
        this.runs = runs;
        this.sweep = sweep;
    }

    @Override
    public View add(Draft draft) {
        Storable.name("the name of the schedule", draft.name());
        Storable.request(draft.request());
        Firings firings = Firings.of(draft.cron(), draft.zone());
        return database.transaction(dsl -> {
            Optional<Instant> next = firings.after(tables.schedules.now(dsl));
            if (!tables.schedules.insert(dsl, draft, next)) {
                throw Refused.taken(draft.name());
            }
            return require(dsl, draft.name());
        });
    }

    @Override
    public List<View> list() {
        return database.read(tables.schedules::list);
    }

    @Override
    public Optional<View> find(String name) {
        return database.read(dsl -> tables.schedules.find(dsl, name));
    }

    @Override
    public boolean remove(String name) {
        return database.read(dsl -> tables.schedules.remove(dsl, name));
    }

    @Override
    public View pause(String name) {
        return setPaused(name, true);
    }

    @Override
    public View resume(String name) {
        return setPaused(name, false);
    }

    private View setPaused(String name, boolean paused) {
        return database.transaction(dsl -> {
            SchedulesTable.Held held = tables.schedules.hold(dsl, name).orElseThrow(() -> Refused.unknown(name));
            View view = held.view();
            if (view.paused() != paused || (!paused && view.failing().isPresent())) {
                Optional<Instant> next = paused ? view.nextAt() : next(held);
                tables.schedules.setPaused(dsl, name, paused, next);
            }
            return require(dsl, name);
        });
    }

    /** Of a schedule that is to fire again: one that cannot is refused now and not at its next firing. */
    private static Optional<Instant> next(SchedulesTable.Held held) {
        if (held.request() instanceof Stored.Damaged<RunRequest>(Unreadable why)) {
            throw Refused.broken(held.view().name(), String.valueOf(why.getMessage()));
        }
        return Firings.stored(held.view().cron(), held.view().zone()).after(held.now());
    }

    private View require(DSLContext dsl, String name) {
        return tables.schedules.find(dsl, name).orElseThrow(() -> Refused.unknown(name));
    }

    @Override
    public Submission runNow(String name) {
        return database.transaction(dsl -> {
            SchedulesTable.Held held = tables.schedules.hold(dsl, name).orElseThrow(() -> Refused.unknown(name));
            Submission submitted = runs.submit(dsl, held.request().get());
            tables.schedules.setLastRun(dsl, name, submitted.runId());
            return submitted;
        });
    }

    @Override
    public Round fireDue(int max) {
        List<String> made = new ArrayList<>();
        Ready ready = Ready.NOTHING;
        int fired = 0;
        for (int tried = 0; tried < max; tried++) {
            Optional<Firing> firing = fireNextDue();
            if (firing.isEmpty()) {
                break;
            }
            fired += firing.get().failed() ? 0 : 1;
            for (String replaced : firing.get().replaced()) {
                ready = ready.and(swept(replaced));
            }
            if (firing.get().submitted().isPresent()) {
                made.add(firing.get().submitted().get().runId());
                ready = ready.and(firing.get().submitted().get().ready());
            }
        }
        return new Round(fired, made, ready);
    }

    /** What a transaction did with a firing. */
    private record Firing(List<String> replaced, Optional<Submission> submitted, boolean failed) {
        static final Firing FAILED = new Firing(List.of(), Optional.empty(), true);
    }

    /** Empty when none is due. */
    private Optional<Firing> fireNextDue() {
        AtomicReference<Optional<String>> name = new AtomicReference<>(Optional.empty());
        try {
            return database.passingOver(LONGEST_WAIT, dsl -> {
                name.set(tables.schedules.holdDue(dsl));
                return name.get()
                        .flatMap(due -> tables.schedules.hold(dsl, due))
                        .map(held -> fire(dsl, held));
            });
        } catch (StoreBusy e) {
            if (name.get().isEmpty()) {
                throw e;
            }
            LOG.info(
                    "the run that schedule {} replaces is locked; it waits: {}",
                    name.get().get(),
                    e.getMessage());
            database.inTransaction(
                    dsl -> tables.schedules.passOver(dsl, name.get().get(), BEFORE_THE_NEXT_TRY));
            return Optional.of(Firing.FAILED);
        } catch (RuntimeException e) {
            if (name.get().isEmpty() || !SettingAside.concernsTheRow(e)) {
                throw e;
            }
            failed(name.get().get(), e);
            return Optional.of(Firing.FAILED);
        }
    }

    private void failed(String name, RuntimeException e) {
        database.inTransaction(dsl -> {
            int inARow = tables.schedules.fail(dsl, name, Jsonb.clean(String.valueOf(e.getMessage())));
            boolean forGood = e instanceof Unreadable || e instanceof InvalidScheduleException;
            Optional<Duration> wait = FailureDecisions.againAfter(Math.max(1, inARow), forGood);
            tables.schedules.putOff(dsl, name, wait);
            LOG.error(
                    "schedule {} failed {} times and is {}", name, inARow, wait.isEmpty() ? "set aside" : "put off", e);
        });
    }

    /** The firing is done; a run that it replaces is ended by the reconciler, where that cannot be done now. */
    private Ready swept(String runId) {
        try {
            return sweep.runUnlessLocked(runId);
        } catch (RuntimeException e) {
            LOG.warn("run {} is left to the reconciler: {}", runId, e.getMessage());
            return Ready.NOTHING;
        }
    }

    private Firing fire(DSLContext dsl, SchedulesTable.Held held) {
        View schedule = held.view();
        Instant at = schedule.nextAt().orElseThrow();
        if (at.isBefore(Instant.EPOCH)) {
            throw new Unreadable("the next firing of schedule " + schedule.name(), "it was due at " + at);
        }
        FiringDecision decision = ScheduleDecisions.at(
                new ScheduleDecisions.Standing(at, held.now(), held.previousRuns(), held.previousEnded()),
                Firings.stored(schedule.cron(), schedule.zone()),
                schedule.missed(),
                schedule.overlap());
        List<String> replaced = decision.action() == Action.REPLACE
                ? schedule.lastRunId().stream().toList()
                : List.of();
        replaced.forEach(runId -> runs.decideToCancel(dsl, runId, REPLACED));
        RunRequest request = held.request().get().withKey(Schedules.key(schedule.name(), at));
        Optional<Submission> submitted =
                decision.action().submits() ? Optional.of(runs.submit(dsl, request)) : Optional.empty();
        tables.schedules.moveOn(dsl, held, decision, submitted.map(Submission::runId));
        return new Firing(replaced, submitted, false);
    }

    @Override
    public Optional<Duration> untilNext() {
        return database.read(tables.schedules::untilNext);
    }

    @Override
    public Duration lateness() {
        return database.read(tables.schedules::lateness);
    }
}
