package io.orchestrator.testing;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;

/** An agent of a test, with the clock by which its work takes time. One instance serves many tasks. */
@FunctionalInterface
public interface TimedAgent {
    /** As {@link io.orchestrator.agent.Agent#execute}. */
    Json execute(AgentContext context, VirtualTime time) throws Exception;
}
