package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanReaderTest {
    private static final String FULL = """
            {
              "$schema": "plan.schema.json",
              "name": "repo-audit (nightly)",
              "inputs": {"path": "."},
              "budgets": {"tokens": 2e6, "tools_minutes": 180, "usd": 5.0},
              "timebox": "P1DT2H",
              "priority": "high",
              "retry": {"base": "PT2S", "max": "PT1M"},
              "phases": [
                {"phase": "INTAKE", "agents": ["Lister", {"agent": "Lister", "as": "Again", "inputs": {"path": "src"}}]},
                {"phase": "ANALYSIS", "parallelism": 4.0, "timebox": "PT1H", "inputs": {"depth": 2},
                 "budgets": {"tokens": 7}, "rubrics": {"coverage_min": 0.90, "ambiguity_max": 1},
                 "agents": [
                   {"agent": "Hasher", "shard": {"over": "INTAKE.Lister.files", "size": 100},
                    "timebox": "PT0.5S", "retry": {"maxAttempts": 1, "jitter": true}},
                   {"tool": "Formatter"}]},
                {"phase": "REPORT", "parallelism": "sequential", "agents": ["Reporter"]}
              ]
            }
            """;

    @Test
    void a_full_plan_is_read_field_by_field() {
        Plan plan = PlanReader.read(FULL);
        assertThat(plan.name()).isEqualTo("repo-audit (nightly)");
        assertThat(plan.inputs()).isEqualTo(Json.object("path", "."));
        assertThat(plan.budgets())
                .isEqualTo(new Budgets(
                        Optional.of(2_000_000L),
                        Optional.of(BigDecimal.valueOf(180)),
                        Optional.of(new BigDecimal("5.0"))));
        assertThat(plan.timebox()).contains(Duration.ofHours(26));
        assertThat(plan.priority()).isEqualTo(Priority.HIGH);
        assertThat(plan.retry()).isEqualTo(new RetryPolicy(Duration.ofSeconds(2), Duration.ofMinutes(1), 3, false));
        assertThat(plan.phase("INTAKE").parallelism()).isEqualTo(new Parallelism.Sequential());
        assertThat(plan.phase("INTAKE").agents())
                .extracting(AgentRef::target, AgentRef::as)
                .containsExactly(tuple("Lister", "Lister"), tuple("Lister", "Again"));
        PhasePlan analysis = plan.phase("ANALYSIS");
        assertThat(analysis.parallelism()).isEqualTo(new Parallelism.AtMost(4));
        assertThat(analysis.rubrics())
                .isEqualTo(Map.of("coverage_min", new BigDecimal("0.90"), "ambiguity_max", BigDecimal.ONE));
        assertThat(analysis.agents().getFirst())
                .isEqualTo(new AgentRef(
                        TaskType.AGENT,
                        "Hasher",
                        "Hasher",
                        Json.EMPTY_OBJECT,
                        Optional.of(new Shard("INTAKE.Lister.files", 100)),
                        Optional.of(Duration.ofMillis(500)),
                        Optional.of(new RetryPolicy(Duration.ofSeconds(2), Duration.ofMinutes(1), 1, true)),
                        Optional.empty(),
                        StuckRules.OFF));
        assertThat(analysis.agents().getLast().type()).isEqualTo(TaskType.TOOL);
    }

    @Test
    void what_a_plan_does_not_say_has_a_default() {
        Plan plan = PlanReader.read("{\"name\": \"p\", \"phases\": [{\"phase\": \"A\", \"agents\": [\"X\"]}]}");
        assertThat(plan.inputs()).isEqualTo(Json.EMPTY_OBJECT);
        assertThat(plan.budgets()).isEqualTo(Budgets.NONE);
        assertThat(plan.priority()).isEqualTo(Priority.NORMAL);
        assertThat(plan.retry()).isEqualTo(RetryPolicy.DEFAULT);
        assertThat(plan.timebox()).isEmpty();
        assertThat(plan.phase("A").parallelism()).isEqualTo(new Parallelism.Sequential());
    }

    @Test
    void phases_follow_each_other_where_none_says_what_it_needs() {
        assertThat(
                        needs(
                                "{'phase': 'A', 'agents': ['X']}, {'phase': 'B', 'agents': ['X']}, {'phase': 'C', 'agents': ['X']}"))
                .containsExactly(List.of(), List.of("A"), List.of("B"));
    }

    @Test
    void a_single_needs_makes_the_plan_a_graph_even_when_it_is_empty() {
        assertThat(needs("{'phase': 'A', 'agents': ['X'], 'needs': ['C', 'B']}, {'phase': 'B', 'agents': ['X']},"
                        + " {'phase': 'C', 'agents': ['X']}"))
                .containsExactly(List.of("C", "B"), List.of(), List.of());
        assertThat(needs("{'phase': 'A', 'agents': ['X']}, {'phase': 'B', 'agents': ['X'], 'needs': []}"))
                .containsExactly(List.of(), List.of());
    }

    @Test
    void a_stored_plan_is_read_again_as_the_same_plan() {
        Json document = Json.parse(FULL);
        Plan plan = PlanReader.read(document);
        assertThat(PlanReader.readAccepted(document)).isEqualTo(plan);
        assertThat(PlanReader.read(document.toString())).isEqualTo(plan);
        assertThat(PlanReader.read(document.pretty())).isEqualTo(plan);
        assertThat(PlanReader.read("\uFEFF" + FULL)).isEqualTo(plan);
    }

    @Test
    void the_hash_of_a_plan_is_that_of_its_meaning() {
        Json plan = Json.parse("{\"name\": \"p\", \"budgets\": {\"usd\": 5.0, \"tokens\": 100}}");
        Json same = Json.parse("{ \"budgets\":{\"tokens\":1e2,\"usd\":5},\n\"name\":\"p\" }");
        Json other = Json.parse("{\"name\": \"p\", \"budgets\": {\"usd\": 5.1, \"tokens\": 100}}");
        assertThat(PlanReader.planHash(plan))
                .matches("[0-9a-f]{64}")
                .isEqualTo(PlanReader.planHash(same))
                .isNotEqualTo(PlanReader.planHash(other));
    }

    @Test
    void a_plan_of_the_largest_size_is_read() {
        StringBuilder phases = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            // Each phase needs the one after it: the order of the file must not matter, nor the depth of the graph.
            phases.append(i == 0 ? "" : ",")
                    .append("{'phase': 'P")
                    .append(i)
                    .append("', 'agents': ['X'], 'needs': [")
                    .append(i == 999 ? "" : "'P" + (i + 1) + "'")
                    .append("]}");
        }
        assertThat(needs(phases.toString())).hasSize(1000);
    }

    private static List<List<String>> needs(String phases) {
        Plan plan = PlanReader.read(("{'name': 'p', 'phases': [" + phases + "]}").replace('\'', '"'));
        return plan.phases().stream().map(PhasePlan::needs).toList();
    }
}
