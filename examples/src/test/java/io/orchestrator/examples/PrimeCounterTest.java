package io.orchestrator.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.AgentRegistry;
import org.junit.jupiter.api.Test;

class PrimeCounterTest {
    @Test
    void the_example_is_found_on_the_class_path_under_its_name() {
        assertThat(AgentRegistry.discover().find("PrimeCounter")).containsInstanceOf(PrimeCounter.class);
    }
}
