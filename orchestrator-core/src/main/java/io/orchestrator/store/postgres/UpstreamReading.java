package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.Upstream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;

/** Puts together the outputs that a phase's tasks may see: of every phase it needs, directly or not, and its own so far. */
final class UpstreamReading {
    private final Tables tables;

    UpstreamReading(Tables tables) {
        this.tables = tables;
    }

    Json visibleTo(DSLContext dsl, String runId, Plan plan, PhasePlan phase) {
        Set<String> names = ancestors(plan, phase);
        names.add(phase.phase());
        Map<String, String> nameById = new HashMap<>();
        dsl.fetch("SELECT id, name FROM phases WHERE run_id = ? AND name = ANY (?::text[])", runId, names.toArray(String[]::new))
                .forEach(r -> nameById.put(r.get("id", String.class), r.get("name", String.class)));
        List<Upstream.Output> outputs = tables.tasks.outputs(dsl, List.copyOf(nameById.keySet())).stream()
                .map(o -> new Upstream.Output(nameById.getOrDefault(o.phaseId(), ""), o.name(), o.shard(), o.value()))
                .toList();
        return Upstream.of(plan, outputs);
    }

    private static Set<String> ancestors(Plan plan, PhasePlan phase) {
        Set<String> seen = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(phase.needs());
        while (!open.isEmpty()) {
            String name = open.pop();
            if (seen.add(name)) {
                open.addAll(plan.phase(name).needs());
            }
        }
        return seen;
    }
}
