package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamTest {
    private static final Plan PLAN = PlanReader.read("""
            {"name": "p", "phases": [
              {"phase": "INTAKE", "agents": ["Lister", "Other"]},
              {"phase": "ANALYSIS", "agents": [{"agent": "Hasher", "shard": {"over": "files", "size": 1}}]}]}
            """);

    @Test
    void outputs_stand_under_their_phase_and_name_and_those_of_shards_in_order() {
        List<Upstream.Row> rows = List.of(
                row("ANALYSIS", "Hasher", 10, "h10"),
                row("ANALYSIS", "Hasher", 2, "h2"),
                row("INTAKE", "Lister", -1, "files"),
                row("LATER", "X", -1, "not upstream"));
        assertThat(Upstream.of(PLAN.phases(), rows))
                .hasToString("{\"INTAKE\":{\"Lister\":\"files\"},\"ANALYSIS\":{\"Hasher\":[\"h2\",\"h10\"]}}");
    }

    @Test
    void a_sharded_agent_has_an_array_for_one_piece_and_for_none() {
        assertThat(Upstream.of(PLAN.phases(), List.of(row("ANALYSIS", "Hasher", 0, "only"))))
                .hasToString("{\"ANALYSIS\":{\"Hasher\":[\"only\"]}}");
        assertThat(Upstream.of(PLAN.phases(), List.of())).hasToString("{\"ANALYSIS\":{\"Hasher\":[]}}");
    }

    @Test
    void a_later_agent_of_a_sequential_phase_sees_the_earlier_ones_only() {
        PhasePlan intake = PLAN.phase("INTAKE");
        List<Upstream.Row> rows = List.of(row("INTAKE", "Lister", -1, "l"), row("INTAKE", "Other", -1, "o"));
        assertThat(Upstream.of(List.of(TaskSpecs.before(intake, 0)), rows)).isEqualTo(Json.EMPTY_OBJECT);
        assertThat(Upstream.of(List.of(TaskSpecs.before(intake, 1)), rows))
                .hasToString("{\"INTAKE\":{\"Lister\":\"l\"}}");
    }

    private static Upstream.Row row(String phase, String name, int shard, String output) {
        return new Upstream.Row(phase, name, shard, Json.of(output));
    }
}
