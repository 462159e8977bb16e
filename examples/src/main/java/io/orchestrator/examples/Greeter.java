package io.orchestrator.examples;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;

/** The agent that the README shows. */
public final class Greeter implements Agent {
    @Override
    public Json execute(AgentContext context) throws Exception {
        Json name = context.step("look-up", () -> lookUp(context.input())); // once, whatever the number of attempts
        context.checkpoint("looked-up", Json.object("name", name)); // durable when it returns
        return Json.object("greeting", "Hello, " + name.asText());
    }

    /** Stands for what is slow or costs money. */
    private static Json lookUp(Json input) {
        return input.get("name").orElse(Json.of("world"));
    }
}
