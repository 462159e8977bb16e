package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import java.util.ServiceConfigurationError;

/** The Java agents on the class path. */
final class JavaAgents {
    private JavaAgents() {}

    /** @throws Refusal when one cannot be loaded, or two have the same name */
    static AgentRegistry discover() {
        try {
            return AgentRegistry.discover();
        } catch (ServiceConfigurationError | IllegalArgumentException e) {
            throw new Refusal("the Java agents on the class path cannot be used: " + e.getMessage(), e);
        }
    }
}
