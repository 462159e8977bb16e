package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Plan;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Ids;
import io.orchestrator.run.StageState;
import io.orchestrator.store.AddedPhase;
import io.orchestrator.store.EventView;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.PhaseAddition;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStart;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Storable;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TakeOver;
import io.orchestrator.store.TakeOverRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs on Postgres. */
final class PostgresRuns implements RunStore {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresRuns.class);

    private final Database database;
    private final Tables tables;
    private final Advance advance;
    private final Sweep sweep;
    private final ForcedEnding forced;
    private final Ids ids;
    private final PhaseAdding adding;
    private final RunViews views = new RunViews();

    PostgresRuns(Database database, Tables tables, Advance advance, Sweep sweep, Ids ids) {
        this.database = database;
        this.forced = new ForcedEnding(database, tables);
        this.tables = tables;
        this.advance = advance;
        this.sweep = sweep;
        this.ids = ids;
        this.adding = new PhaseAdding(tables, advance, ids);
    }

    @Override
    public Submission submit(RunRequest request) {
        Storable.request(request);
        return database.transaction(dsl -> submit(dsl, request));
    }

    /** As part of a larger transaction. */
    Submission submit(DSLContext dsl, RunRequest request) {
        return submitNew(dsl, request).orElseGet(() -> known(dsl, request.key().orElseThrow(), request.contentHash()));
    }

    @Override
    public AddedPhase add(PhaseAddition addition) {
        return database.transaction(dsl -> {
            if (tables.runs.byKey(dsl, addition.runKey()).isEmpty()) {
                Optional<Submission> made = submitNew(dsl, PhaseAdding.first(addition));
                if (made.isPresent()) {
                    return adding.name(dsl, addition, made.get());
                }
            }
            // Of two that found no run, the later one waited for the other's commit, and adds to its run.
            return adding.add(
                    dsl,
                    addition,
                    tables.runs.byKey(dsl, addition.runKey()).orElseThrow().id());
        });
    }

    @Override
    public Optional<String> runOfKey(String key) {
        return database.read(dsl -> tables.runs.byKey(dsl, key).map(RunsTable.Known::id));
    }

    @Override
    public List<String> phasesOfKey(Optional<String> runKey, String phaseKey) {
        return database.read(dsl -> tables.phases.ofKey(dsl, runKey, phaseKey));
    }

    /** Empty when the key is taken. */
    private Optional<Submission> submitNew(DSLContext dsl, RunRequest request) {
        NewRun run = new NewRun(tables, ids, request);
        boolean startsForSure = request.key().isEmpty() && request.start() instanceof RunStart.Now;
        Optional<StageState> begins = startsForSure && request.plan().timebox().isEmpty()
                ? Optional.of(StageState.RUNNING)
                : run.writeRow(dsl);
        return begins.map(state -> new Submission(run.id(), true, begin(dsl, run, state)));
    }

    private Ready begin(DSLContext dsl, NewRun run, StageState state) {
        Plan plan = run.request().plan();
        EventLog log = tables.newLog();
        log.add(Event.ofRun(run.id(), EventKind.RUN_SUBMITTED, Json.object("name", plan.name())));
        run.request().takeOver().ifPresent(done -> {
            run.write(dsl);
            takeOver(dsl, run.id(), plan, done, log);
        });
        Ready ready;
        if (state == StageState.PENDING) {
            tables.waiting.scheduleStart(dsl, run.id());
            ready = new Ready(List.of(), true);
        } else {
            plan.timebox().ifPresent(timebox -> tables.timers.scheduleTimebox(dsl, "run", run.id(), null, timebox));
            ready = advanced(dsl, run, log)
                    .and(new Ready(List.of(), plan.timebox().isPresent()));
        }
        run.write(dsl, log);
        return ready;
    }

    /** What the submission itself has decided need not be read, but the deadline is the database's to say. */
    private Ready advanced(DSLContext dsl, NewRun run, EventLog log) {
        if (run.request().plan().timebox().isPresent()) {
            run.write(dsl);
            return advance.run(dsl, run.id(), log);
        }
        return run.request().takeOver().isPresent() ? advance.run(dsl, run.row(), log) : advance.run(dsl, run, log);
    }

    /** Waits for who is changing the other run, and sees it as it stands then. */
    private void takeOver(DSLContext dsl, String runId, Plan plan, TakeOver done, EventLog log) {
        RunsTable.Locked other =
                tables.runs.lock(dsl, done.runId()).orElseThrow(() -> TakeOverRules.noSuchRun(done.runId()));
        Map<String, StageState> states = new HashMap<>();
        tables.phases.snapshot(dsl, other.id(), other.plan()).forEach(phase -> states.put(phase.name(), phase.state()));
        List<String> names = TakeOverRules.phases(plan, done, states);
        List<PhaseWaiting.Taken> all = tables.waiting.takeOver(dsl, runId, done.runId(), names);
        PostgresDeletions.missing(
                        dsl,
                        Stream.concat(Stream.of(done.runId()), all.stream().map(PhaseWaiting.Taken::originRunId))
                                .distinct()
                                .toList())
                .ifPresent(gone -> {
                    throw TakeOverRules.deleted(done.runId(), gone);
                });
        for (PhaseWaiting.Taken taken : all) {
            log.add(Event.ofPhase(
                    runId,
                    taken.id(),
                    EventKind.PHASE_TAKEN_OVER,
                    Json.object(
                            "phase",
                            taken.name(),
                            "fromRun",
                            taken.originRunId(),
                            "fromPhase",
                            taken.originPhaseId())));
        }
    }

    /** The insert waited for the transaction that had the key, so its run is visible here. */
    private Submission known(DSLContext dsl, String key, String hash) {
        RunsTable.Known run = tables.runs
                .byKey(dsl, key)
                .orElseThrow(() -> new IllegalStateException("key '" + key + "' was taken and is gone"));
        if (!run.requestHash().equals(hash)) {
            throw new KeyConflict(key, run.id());
        }
        return new Submission(run.id(), false, Ready.NOTHING);
    }

    @Override
    public Map<String, Long> heads(String afterRunId, int max) {
        return database.read(dsl -> tables.runs.heads(dsl, afterRunId, max));
    }

    @Override
    public Optional<RunRequest> request(String runId) {
        return database.read(dsl -> tables.runs.request(dsl, runId));
    }

    @Override
    public boolean cancel(String runId, String reason) {
        boolean decided = database.transaction(dsl -> decideToCancel(dsl, runId, reason));
        if (decided || isUnfinished(runId)) {
            carryOutCancel(runId, reason);
        }
        return decided;
    }

    private boolean isUnfinished(String runId) {
        return database.read(dsl -> tables.runs.isUnfinished(dsl, runId));
    }

    /** Anything can be ended: where its rows do not let its tasks end one by one, all of it ends at once. */
    private void carryOutCancel(String runId, String reason) {
        try {
            sweep.run(runId);
            if (database.read(dsl -> tables.runs.isUnfinished(dsl, runId) || tables.live.hasAny(dsl, runId))) {
                forced.endContradictory(runId);
            }
        } catch (StoreBusy e) {
            LOG.info("run {} is cancelled; what is locked of it is left to the reconciler: {}", runId, e.getMessage());
        } catch (RuntimeException e) {
            if (!SettingAside.concernsTheRow(e)) {
                throw e;
            }
            LOG.warn("run {} is cancelled by force", runId, e);
            forced.cancel(runId, Jsonb.clean(reason), e);
        }
    }

    /** As part of a larger transaction; a sweep carries it out. */
    boolean decideToCancel(DSLContext dsl, String runId, String reason) {
        tables.phases.lockOpen(dsl, runId);
        if (tables.runs.lock(dsl, runId).isEmpty() || !tables.runs.overrule(dsl, runId, StageState.CANCELLED, reason)) {
            return false;
        }
        Map<String, StageState> endings = new HashMap<>();
        tables.phases.open(dsl, runId).forEach(id -> endings.put(id, StageState.CANCELLED));
        tables.phases.decide(dsl, endings, reason);
        return true;
    }

    @Override
    public Optional<RunView> view(String runId, boolean withTasks) {
        return database.snapshot(dsl -> views.run(dsl, runId, withTasks));
    }

    @Override
    public List<RunView> list(int max) {
        return database.snapshot(dsl -> views.newest(dsl, max));
    }

    @Override
    public List<EventView> events(String runId, long afterSeq, int max) {
        return database.read(dsl -> tables.events.after(dsl, runId, afterSeq, max));
    }

    @Override
    public Optional<RunView.Task> task(String taskId) {
        return database.read(dsl -> views.task(dsl, taskId));
    }

    @Override
    public Optional<PhaseStats> stats(String phaseId) {
        return database.read(dsl -> views.stats(dsl, phaseId));
    }
}
