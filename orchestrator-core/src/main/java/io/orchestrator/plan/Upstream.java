package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
