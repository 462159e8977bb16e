package io.orchestrator.services;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;

/** Fails its first attempt, so that each of its tasks needs the timer service. */
public final class FlakyAgent implements Agent {
    @Override
    public Json execute(AgentContext context) {
        if (context.task().attempt() == 1) {
            throw AgentFailure.retryable("not the first time");
        }
        return Json.of(context.task().attempt());
    }
}
