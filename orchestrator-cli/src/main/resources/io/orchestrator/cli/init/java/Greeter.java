import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;

/** Greets, and goes on where it was when its worker is killed on the way. Compiled by build.sh. */
public final class Greeter implements Agent {
    @Override
    public Json execute(AgentContext context) throws Exception {
        // Done once, whatever the number of attempts.
        Json name = context.step("look-up", () -> context.input().get("name").orElse(Json.of("world")));
        // Durable when it returns.
        context.checkpoint("looked-up", Json.object("name", name));
        return Json.object("greeting", "Hello, " + name.asText());
    }
}
