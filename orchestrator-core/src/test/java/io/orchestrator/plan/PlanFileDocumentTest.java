package io.orchestrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/plan-file.md} are read by the readers they explain. */
class PlanFileDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "plan-file.md");

    @Test
    void the_example_plan_and_the_example_agents_file_are_valid_and_fit_each_other() throws IOException {
        Plan plan = PlanReader.read(example("plan"));
        AgentsFile agents = AgentsFile.parse(Json.parse(example("agents")), Path.of(""));
        assertThat(PlanTargets.unknown(
                        plan, agents.agents().keySet(), agents.tools().keySet()))
                .isEmpty();
        assertThat(plan.phase("REPORT").needs()).containsExactly("INTAKE", "ANALYSIS");
    }

    private static String example(String name) throws IOException {
        Matcher block = Pattern.compile("<!-- " + name + " -->\\R```json\\R(.*?)\\R```", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT));
        assertThat(block.find())
                .as("an example marked '%s' in %s", name, DOCUMENT)
                .isTrue();
        return block.group(1);
    }
}
