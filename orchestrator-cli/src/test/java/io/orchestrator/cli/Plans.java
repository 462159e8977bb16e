package io.orchestrator.cli;

import io.orchestrator.json.Json;
import java.util.List;

/** Plans and agents files for tests. */
final class Plans {
    private Plans() {}

    /** One phase with these agents, one after the other. */
    static String sequential(String... agents) {
        return Json.object(
                        "name",
                        "test",
                        "retry",
                        Json.object("base", "PT0.01S", "maxAttempts", 2),
                        "phases",
                        List.of(Json.object("phase", "WORK", "agents", List.of(agents))))
                .toString();
    }

    /** Agents that are shell scripts, by alternating names and scripts. */
    static String agents(String... namesAndScripts) {
        Json.ObjectBuilder agents = Json.builder();
        for (int i = 0; i < namesAndScripts.length; i += 2) {
            agents.put(namesAndScripts[i], Json.object("command", List.of("sh", "-c", namesAndScripts[i + 1])));
        }
        return Json.object("agents", agents.build()).toString();
    }
}
