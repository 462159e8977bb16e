package io.orchestrator.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.testing.TestEngine;
import io.orchestrator.testing.TestRun;
import org.junit.jupiter.api.Test;

class GreeterTest {
    @Test
    void it_is_found_on_the_class_path_and_greets_whom_its_input_names() {
        try (TestEngine engine = TestEngine.builder()
                .agent("Greeter", AgentRegistry.discover().find("Greeter").orElseThrow())
                .build()) {
            TestRun run = engine.run(
                    "{\"name\":\"g\",\"inputs\":{\"name\":\"Ada\"},\"phases\":[{\"phase\":\"P\",\"agents\":[\"Greeter\"]}]}");

            assertThat(run.output("P", "Greeter")).isEqualTo(Json.object("greeting", "Hello, Ada"));
        }
    }
}
