package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Arranges the outputs of finished tasks for those that come after them. */
public final class Upstream {
    private Upstream() {}

    /**
     * The output of one task.
     *
     * @param phase the phase's name
     * @param name what the output goes by in the phase
     * @param shard which piece, counted from 0; anything for an agent that is not sharded
     */
    public record Row(String phase, String name, int shard, Json output) {}

    /**
     * The phases whose outputs a step's tasks may see, in the plan's order: every phase that theirs needs, directly or
     * not, and their own so far.
     *
     * @param self the phase with only those agents that earlier steps have started, as {@link TaskSpecs#before} gives it
     */
    public static List<PhasePlan> visibleTo(Plan plan, PhasePlan self) {
        Set<String> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(self.needs());
        while (!open.isEmpty()) {
            String name = open.pop();
            if (needed.add(name)) {
                open.addAll(plan.phase(name).needs());
            }
        }
        List<PhasePlan> visible = new ArrayList<>();
        plan.phases().stream().filter(p -> needed.contains(p.phase())).forEach(visible::add);
        if (!self.agents().isEmpty()) {
            visible.add(self);
        }
        return visible;
    }

    /**
     * {@code {"INTAKE": {"Lister": output}, "ANALYSIS": {"Hasher": [output, output]}}}: a sharded agent has an array of
     * the outputs of its pieces, in the order of the pieces, also for one piece and for none.
     *
     * @param phases what counts as upstream, in the order of the result; rows of other phases are left out
     * @param rows in any order
     */
    public static Json of(List<PhasePlan> phases, List<Row> rows) {
        Map<String, Map<String, List<Row>>> byName =
                rows.stream().collect(Collectors.groupingBy(Row::phase, Collectors.groupingBy(Row::name)));
        Json.ObjectBuilder result = Json.builder();
        for (PhasePlan phase : phases) {
            Json outputs = outputs(phase, byName.getOrDefault(phase.phase(), Map.of()));
            if (outputs.size() > 0) {
                result.put(phase.phase(), outputs);
            }
        }
        return result.build();
    }

    private static Json outputs(PhasePlan phase, Map<String, List<Row>> byName) {
        Map<String, Json> result = new LinkedHashMap<>();
        for (AgentRef agent : phase.agents()) {
            List<Row> rows = byName.getOrDefault(agent.as(), List.of());
            if (agent.shard().isPresent()) {
                result.put(agent.as(), inOrder(rows));
            } else if (!rows.isEmpty()) {
                result.put(agent.as(), rows.getFirst().output());
            }
        }
        return Json.of(result);
    }

    private static Json inOrder(List<Row> rows) {
        return Json.array(rows.stream()
                .sorted(Comparator.comparingInt(Row::shard))
                .map(Row::output)
                .toList());
    }
}
