package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Rubrics;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.PhaseSnapshot;
import io.orchestrator.run.RubricDecisions;
import io.orchestrator.run.RubricDecisions.Verdict;
import io.orchestrator.run.StageState;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** Holds what a round put out against the rubrics, once all its tasks are done, and carries out what follows a miss. */
final class RoundEnding {
    private final Tables tables;

    RoundEnding(Tables tables) {
        this.tables = tables;
    }

    /** False where the phase may complete; otherwise what follows the miss is done. */
    boolean missed(DSLContext dsl, RunsTable.Locked run, PhaseSnapshot phase, EventLog log) {
        PhasePlan plan = run.plan().phase(phase.name());
        if (plan.rubrics().isEmpty()) {
            return false;
        }
        List<Json> outputs = tables.tasks.outputs(dsl, List.of(phase.id())).stream()
                .map(TasksTable.Output::value)
                .toList();
        List<Rubrics.Miss> misses = Rubrics.misses(plan.rubrics(), outputs);
        if (misses.isEmpty()) {
            return false;
        }
        switch (RubricDecisions.afterMiss(plan.onRubricMiss(), phase.name(), phase.round(), misses)) {
            case Verdict.Fail(String reason, Json miss) -> {
                tables.rounds.miss(dsl, phase.id(), miss);
                tables.phases.decide(dsl, Map.of(phase.id(), StageState.FAILED), reason);
            }
            case Verdict.Repeat(int round, String reason, Json miss) -> {
                tables.rounds.repeat(dsl, phase.id(), miss);
                log.add(event(run, phase, EventKind.PHASE_RETRYING, round, reason));
            }
            case Verdict.Hold(String reason, Json miss) -> {
                tables.rounds.hold(dsl, phase.id(), reason, miss);
                log.add(event(run, phase, EventKind.PHASE_HOLDING, phase.round(), reason));
            }
        }
        return true;
    }

    private static Event event(RunsTable.Locked run, PhaseSnapshot phase, EventKind kind, int round, String reason) {
        return Event.ofPhase(
                run.id(), phase.id(), kind, Json.object("phase", phase.name(), "round", round, "reason", reason));
    }
}
