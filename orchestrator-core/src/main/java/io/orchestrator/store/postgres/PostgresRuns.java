package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.TaskSpecs;
import io.orchestrator.run.Ids;
import io.orchestrator.run.PhaseSnapshot;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TakeOver;
import io.orchestrator.store.TakeOverRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/** Runs on Postgres. */
final class PostgresRuns implements RunStore {
    private final Database database;
    private final Tables tables;
    private final Advance advance;
    private final Sweep sweep;
    private final Ids ids;
    private final RunViews views = new RunViews();

    PostgresRuns(Database database, Tables tables, Advance advance, Sweep sweep, Ids ids) {
        this.database = database;
        this.tables = tables;
        this.advance = advance;
        this.sweep = sweep;
        this.ids = ids;
    }

    @Override
    public Submission submit(RunRequest request) {
        return database.transaction(dsl -> submit(dsl, request));
    }

    /** As part of a larger transaction. */
    Submission submit(DSLContext dsl, RunRequest request) {
        String hash = request.contentHash();
        String runId = ids.run();
        return tables.runs
                .insert(dsl, runId, hash, request)
                .map(state -> new Submission(runId, true, begin(dsl, runId, request, state)))
                .orElseGet(() -> known(dsl, request.key().orElseThrow(), hash));
    }

    private Ready begin(DSLContext dsl, String runId, RunRequest request, StageState state) {
        Plan plan = request.plan();
        EventLog log = tables.newLog();
        List<PhaseSnapshot> phases = insertPhases(dsl, runId, request, log);
        Ready ready;
        if (state == StageState.PENDING) {
            tables.waiting.scheduleStart(dsl, runId);
            ready = new Ready(List.of(), true);
        } else {
            plan.timebox().ifPresent(timebox -> tables.timers.scheduleTimebox(dsl, "run", runId, null, timebox));
            ready = advanced(dsl, runId, request, phases, log)
                    .and(new Ready(List.of(), plan.timebox().isPresent()));
        }
        log.write(dsl);
        return ready;
    }

    /** Of the row that was inserted just now all is known but the deadline. */
    private Ready advanced(DSLContext dsl, String runId, RunRequest request, List<PhaseSnapshot> phases, EventLog log) {
        Plan plan = request.plan();
        if (plan.timebox().isPresent()) {
            return advance.run(dsl, runId, log);
        }
        RunsTable.Locked run = new RunsTable.Locked(
                runId,
                StageState.RUNNING,
                Optional.empty(),
                plan.priority().lane(),
                plan.inputs().overlaidBy(request.inputs()),
                plan,
                Optional.empty());
        return advance.run(dsl, run, request.takeOver().isPresent() ? List.of() : phases, log);
    }

    private List<PhaseSnapshot> insertPhases(DSLContext dsl, String runId, RunRequest request, EventLog log) {
        Plan plan = request.plan();
        List<String> phaseIds = plan.phases().stream().map(p -> ids.phase()).toList();
        List<Integer> steps = plan.phases().stream().map(TaskSpecs::steps).toList();
        tables.phases.insert(dsl, runId, plan, phaseIds, steps);
        tables.budgets.grant(dsl, runId, BudgetsTable.of(plan, runId, phaseIds));
        log.add(Event.ofRun(runId, "run.submitted", Json.object("name", plan.name())));
        request.takeOver().ifPresent(done -> takeOver(dsl, runId, plan, done, log));
        return PhasesTable.inserted(plan, phaseIds, steps);
    }

    /** Waits for who is changing the other run, and sees it as it stands then. */
    private void takeOver(DSLContext dsl, String runId, Plan plan, TakeOver done, EventLog log) {
        RunsTable.Locked other =
                tables.runs.lock(dsl, done.runId()).orElseThrow(() -> TakeOverRules.noSuchRun(done.runId()));
        Map<String, StageState> states = new HashMap<>();
        tables.phases.snapshot(dsl, other.id(), other.plan()).forEach(phase -> states.put(phase.name(), phase.state()));
        List<String> names = TakeOverRules.phases(plan, done, states);
        for (PhaseWaiting.Taken taken : tables.waiting.takeOver(dsl, runId, done.runId(), names)) {
            log.add(Event.ofPhase(
                    runId,
                    taken.id(),
                    "phase.taken_over",
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
    public Optional<RunRequest> request(String runId) {
        return database.read(dsl -> tables.runs.request(dsl, runId));
    }

    @Override
    public boolean cancel(String runId, String reason) {
        boolean decided = database.transaction(dsl -> decideToCancel(dsl, runId, reason));
        if (decided) {
            sweep.run(runId);
        }
        return decided;
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
