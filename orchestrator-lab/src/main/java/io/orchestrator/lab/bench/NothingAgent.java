package io.orchestrator.lab.bench;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;

/** Does nothing, for workers that are processes of their own. */
public final class NothingAgent implements Agent {
    @Override
    public String name() {
        return "Nothing";
    }

    @Override
    public Json execute(AgentContext context) {
        return Json.EMPTY_OBJECT;
    }
}
