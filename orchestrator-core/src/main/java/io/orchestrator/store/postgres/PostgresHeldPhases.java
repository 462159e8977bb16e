package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.StageState;
import io.orchestrator.store.HeldPhaseWords;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.Ready;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/** Decisions on Postgres: one transaction under the lock of the phase's row, so that only the first finds it waiting. */
final class PostgresHeldPhases implements HeldPhases {
    private final Database database;
    private final Tables tables;
    private final Advance advance;

    PostgresHeldPhases(Database database, Tables tables, Advance advance) {
        this.database = database;
        this.tables = tables;
        this.advance = advance;
    }

    @Override
    public Decided decide(Request request) {
        return database.transaction(dsl -> {
            PhaseRounds.Held phase =
                    tables.rounds.lock(dsl, request.runId(), request.phase()).orElseThrow(() -> unknown(dsl, request));
            RunsTable.Locked run = tables.runs.lock(dsl, request.runId()).orElseThrow();
            Optional<StageState> ending = phase.ending().or(run::ending);
            if (phase.state() != StageState.HOLDING || ending.isPresent()) {
                throw HeldPhaseWords.notHeld(request, phase.state(), ending, phase.decision());
            }
            EventLog log = tables.newLog();
            Json decision = HeldPhaseWords.document(request, phase.round());
            tables.rounds.decided(dsl, phase.id(), decision);
            log.add(Event.ofPhase(run.id(), phase.id(), EventKind.PHASE_DECIDED, decision));
            carryOut(dsl, request, phase, log);
            Ready ready = advance.run(dsl, run.id(), log);
            log.write(dsl);
            StageState state = tables.rounds
                    .lock(dsl, request.runId(), request.phase())
                    .orElseThrow()
                    .state();
            return new Decided(phase.id(), state, ready);
        });
    }

    private Refused unknown(DSLContext dsl, Request request) {
        List<String> phases = tables.rounds.names(dsl, request.runId());
        return phases.isEmpty()
                ? HeldPhaseWords.noSuchRun(request.runId())
                : HeldPhaseWords.noSuchPhase(request, phases);
    }

    private void carryOut(DSLContext dsl, Request request, PhaseRounds.Held phase, EventLog log) {
        switch (request.decision()) {
            case ACCEPT -> {
                tables.phases.finish(dsl, phase.id(), StageState.COMPLETED, null);
                tables.timers.cancelOfPhase(dsl, phase.id());
                log.add(Event.ofPhase(
                        request.runId(), phase.id(), EventKind.PHASE_COMPLETED, Json.object("phase", request.phase())));
            }
            case RETRY -> {
                tables.rounds.repeat(dsl, phase.id(), phase.miss());
                log.add(Event.ofPhase(
                        request.runId(),
                        phase.id(),
                        EventKind.PHASE_RETRYING,
                        Json.object("phase", request.phase(), "round", phase.round() + 1, "reason", phase.reason())));
            }
            case FAIL ->
                tables.phases.decide(
                        dsl,
                        Map.of(phase.id(), StageState.FAILED),
                        Jsonb.clean(HeldPhaseWords.failure(request, phase.reason())));
        }
    }
}
