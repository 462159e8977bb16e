package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.Upstream;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** Puts together the outputs that a phase's tasks may see: of every phase it needs, directly or not, and its own so far. */
final class UpstreamReading {
    private final Tables tables;

    UpstreamReading(Tables tables) {
        this.tables = tables;
    }

    /** @param self the phase with only those agents whose outputs the asking step may see */
    Json visibleTo(DSLContext dsl, String runId, Plan plan, PhasePlan self) {
        List<PhasePlan> phases = Upstream.visibleTo(plan, self);
        if (phases.isEmpty()) {
            return Upstream.of(phases, List.of());
        }
        Map<String, String> nameById = tables.phases.namesById(
                dsl, runId, phases.stream().map(PhasePlan::phase).toList());
        List<Upstream.Row> rows = tables.tasks.outputs(dsl, List.copyOf(nameById.keySet())).stream()
                .map(o -> new Upstream.Row(nameById.getOrDefault(o.phaseId(), ""), o.name(), o.shard(), o.value()))
                .toList();
        return Upstream.of(phases, rows);
    }
}
