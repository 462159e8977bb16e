package io.orchestrator.store.postgres;

import io.orchestrator.schedule.FiringDecision;
import io.orchestrator.schedule.FiringDecision.Action;
import io.orchestrator.schedule.Firings;
import io.orchestrator.schedule.ScheduleDecisions;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Schedules;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Schedules on Postgres: who holds a schedule's row deals with its firing. */
final class PostgresSchedules implements Schedules {
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
            if (view.paused() != paused) {
                Optional<Instant> next = paused
                        ? view.nextAt()
                        : Firings.stored(view.cron(), view.zone()).after(held.now());
                tables.schedules.setPaused(dsl, name, paused, next);
            }
            return require(dsl, name);
        });
    }

    private View require(DSLContext dsl, String name) {
        return tables.schedules.find(dsl, name).orElseThrow(() -> Refused.unknown(name));
    }

    @Override
    public Submission runNow(String name) {
        return database.transaction(dsl -> {
            SchedulesTable.Held held = tables.schedules.hold(dsl, name).orElseThrow(() -> Refused.unknown(name));
            Submission submitted = runs.submit(dsl, held.request());
            tables.schedules.setLastRun(dsl, name, submitted.runId());
            return submitted;
        });
    }

    @Override
    public Round fireDue(int max) {
        List<String> made = new ArrayList<>();
        Ready ready = Ready.NOTHING;
        int fired = 0;
        while (fired < max) {
            Optional<Firing> firing =
                    database.transaction(dsl -> tables.schedules.holdDue(dsl).map(held -> fire(dsl, held)));
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

    private Firing fire(DSLContext dsl, SchedulesTable.Held held) {
        View schedule = held.view();
        Instant at = schedule.nextAt().orElseThrow();
        FiringDecision decision = ScheduleDecisions.at(
                new ScheduleDecisions.Standing(at, held.now(), held.previousRuns(), held.previousEnded()),
                Firings.stored(schedule.cron(), schedule.zone()),
                schedule.missed(),
                schedule.overlap());
        List<String> replaced = decision.action() == Action.REPLACE
                ? schedule.lastRunId().stream().toList()
                : List.of();
        replaced.forEach(runId -> runs.decideToCancel(dsl, runId, REPLACED));
        RunRequest request = held.request().withKey(Schedules.key(schedule.name(), at));
        Optional<Submission> submitted =
                decision.action().submits() ? Optional.of(runs.submit(dsl, request)) : Optional.empty();
        tables.schedules.moveOn(dsl, held, decision, submitted.map(Submission::runId));
        return new Firing(replaced, submitted);
    }

    @Override
    public Optional<Duration> untilNext() {
        return database.read(tables.schedules::untilNext);
    }
}
