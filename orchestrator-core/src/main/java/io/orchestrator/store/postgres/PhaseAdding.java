package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.TaskSpecs;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Ids;
import io.orchestrator.run.StageState;
import io.orchestrator.store.AddedPhase;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.PhaseAddition;
import io.orchestrator.store.PhaseRefused;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/** Adds phases to runs, one by one, under the locks of those that are open and of the run. */
final class PhaseAdding {
    private record Known(String id, String hash) {}

    private final Tables tables;
    private final Advance advance;
    private final Ids ids;

    PhaseAdding(Tables tables, Advance advance, Ids ids) {
        this.tables = tables;
        this.advance = advance;
        this.ids = ids;
    }

    /** The request that makes the run of this phase's key, if there is none. */
    static RunRequest first(PhaseAddition addition) {
        Json document = addition.firstDocument();
        return new RunRequest(
                addition.read(document),
                document,
                Json.EMPTY_OBJECT,
                Json.EMPTY_OBJECT,
                Optional.of(addition.runKey()));
    }

    /** The run was made in this transaction, and has this phase alone. */
    AddedPhase name(DSLContext dsl, PhaseAddition addition, Submission made) {
        String id = Sql.fetch(
                        dsl,
                        "UPDATE phases SET key = ?, request_hash = ? WHERE run_id = ? RETURNING id",
                        r -> r.getString("id"),
                        addition.phaseKey(),
                        addition.contentHash(),
                        made.runId())
                .getFirst();
        return new AddedPhase(made.runId(), id, true, made.ready());
    }

    AddedPhase add(DSLContext dsl, PhaseAddition addition, String runId) {
        tables.phases.lockOpen(dsl, runId);
        RunsTable.Locked run = tables.runs
                .lock(dsl, runId)
                .filter(found -> PostgresDeletions.missing(dsl, List.of(runId)).isEmpty())
                .orElseThrow(() -> PhaseRefused.ofDeleted(addition.runKey(), runId, runId));
        Optional<Known> known = known(dsl, runId, addition.phaseKey());
        if (known.isPresent()) {
            if (!known.get().hash().equals(addition.contentHash())) {
                throw KeyConflict.ofPhase(addition.phaseKey(), runId);
            }
            return new AddedPhase(runId, known.get().id(), false, Ready.NOTHING);
        }
        if (run.ending().isPresent() || (run.state().isFinal() && run.state() != StageState.COMPLETED)) {
            throw PhaseRefused.ofEnded(addition.runKey(), runId, run.ending().orElse(run.state()));
        }
        if (run.state().isFinal()) {
            PostgresDeletions.missingOf(dsl, runId).ifPresent(gone -> {
                throw PhaseRefused.ofDeleted(addition.runKey(), runId, gone);
            });
        }
        Json document = addition.addedTo(
                runId, tables.runs.request(dsl, runId).orElseThrow().source());
        Plan plan = addition.read(document);
        Ready timebox = extend(dsl, addition.runKey(), run, document);
        String phaseId = insert(dsl, addition, runId, plan.phases().getLast());
        EventLog log = tables.newLog();
        log.add(Event.ofPhase(
                runId,
                phaseId,
                EventKind.RUN_EXTENDED,
                Json.object("phase", plan.phases().getLast().phase())));
        Ready ready = advance.run(dsl, runId, log);
        log.write(dsl);
        return new AddedPhase(runId, phaseId, true, ready.and(timebox));
    }

    private static Optional<Known> known(DSLContext dsl, String runId, String phaseKey) {
        return Sql.fetch(
                        dsl,
                        "SELECT id, request_hash FROM phases WHERE run_id = ? AND key = ?",
                        r -> new Known(r.getString("id"), r.getString("request_hash")),
                        runId,
                        phaseKey)
                .stream()
                .findFirst();
    }

    /** Gives the run its longer plan; one that had completed goes on, with what is left of its timebox. */
    private Ready extend(DSLContext dsl, String key, RunsTable.Locked run, Json document) {
        Optional<Duration> left = run.state() == StageState.COMPLETED ? timeLeft(dsl, run.id()) : Optional.empty();
        if (left.filter(time -> !time.isPositive()).isPresent()) {
            throw PhaseRefused.ofTimebox(key, run.id());
        }
        Sql.send(dsl, """
                        UPDATE runs SET plan = ?::jsonb, state = CASE WHEN state = 'completed' THEN 'running' ELSE state END,
                               finished_at = NULL
                         WHERE id = ?
                        """, Jsonb.text(document), run.id());
        left.ifPresent(time -> tables.timers.scheduleTimebox(dsl, "run", run.id(), null, time));
        return new Ready(List.of(), left.isPresent());
    }

    private static Optional<Duration> timeLeft(DSLContext dsl, String runId) {
        return Sql.fetch(
                        dsl,
                        "SELECT (extract(epoch FROM deadline - clock_timestamp()) * 1000)::bigint AS ms FROM runs"
                                + " WHERE id = ? AND deadline IS NOT NULL",
                        r -> Duration.ofMillis(r.getLong("ms")),
                        runId)
                .stream()
                .findFirst();
    }

    private String insert(DSLContext dsl, PhaseAddition addition, String runId, PhasePlan phase) {
        String id = ids.phase();
        Sql.send(
                dsl,
                """
                        INSERT INTO phases (id, run_id, name, ordinal, steps, parallelism, state, key, request_hash)
                        SELECT ?, ?, ?, max(ordinal) + 1, ?, ?, 'pending', ?, ? FROM phases WHERE run_id = ?
                        """,
                id,
                runId,
                phase.phase(),
                TaskSpecs.steps(phase),
                phase.parallelism().limit(),
                addition.phaseKey(),
                addition.contentHash(),
                runId);
        tables.budgets.grant(dsl, runId, Map.of(id, phase.budgets()));
        return id;
    }
}
