package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTargetsTest {
    private static final Plan PLAN = PlanReader.read("""
            {"name": "p", "phases": [
              {"phase": "A", "agents": ["Lister"]},
              {"phase": "B", "agents": ["Hasher", {"agent": "Reprter"}, {"tool": "Formatter"}]}]}
            """);

    @Test
    void a_plan_whose_agents_are_all_known_has_no_fault() {
        assertThat(PlanTargets.unknown(PLAN, Set.of("Lister", "Hasher", "Reprter"), Set.of("Formatter")))
                .isEmpty();
    }

    @Test
    void an_unknown_agent_is_reported_at_its_place_with_the_nearest_name() {
        assertThat(PlanTargets.unknown(PLAN, Set.of("Lister", "Hasher", "Reporter"), Set.of("Formatter")))
                .containsExactly(new PlanFault(
                        "/phases/1/agents/1",
                        "the unknown agent \"Reprter\"",
                        "the name of an agent from the agents file or registered in code; did you mean \"Reporter\"?"));
    }

    @Test
    void a_tool_that_is_used_as_an_agent_is_explained_and_so_is_the_reverse() {
        assertThat(PlanTargets.unknown(PLAN, Set.of("Lister", "Reprter", "Formatter"), Set.of("Hasher")))
                .extracting(PlanFault::sentence)
                .containsExactly(
                        "/phases/1/agents/0: found the unknown agent \"Hasher\", expected the name of an agent from the agents"
                                + " file or registered in code; \"Hasher\" is of the other kind: {\"tool\": \"Hasher\"}",
                        "/phases/1/agents/2: found the unknown tool \"Formatter\", expected the name of a tool from the agents"
                                + " file or registered in code; \"Formatter\" is of the other kind: {\"agent\":"
                                + " \"Formatter\"}");
    }
}
