package io.orchestrator.services;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;

/** Does nothing, and says which process did it. */
public final class NoopAgent implements Agent {
    @Override
    public Json execute(AgentContext context) {
        return Json.of(ProcessHandle.current().pid());
    }
}
