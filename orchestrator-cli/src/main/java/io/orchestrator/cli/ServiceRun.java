package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.worker.AgentSource;
import java.util.List;
import java.util.Set;

/** Services of one process, from their start to the signal that ends them. */
final class ServiceRun {
    /**
     * What to run.
     *
     * @param parts the services
     * @param opening what is needed of the servers
     * @param agents a worker's own programs
     * @param allowSubmitted whether a worker may run programs that runs brought along; on embedded servers it always may
     */
    record Plan(Set<Engine.Part> parts, Opening opening, AgentsFile agents, boolean allowSubmitted) {}

    private final Caller caller;
    private final OutputOptions output;

    ServiceRun(Caller caller, OutputOptions output) {
        this.caller = caller;
        this.output = output;
    }

    int untilInterrupted(ServerChoice choice, EngineSettings settings, DoorOptions door, Plan plan)
            throws InterruptedException {
        try (Stack stack = Stack.open(choice, plan.opening())) {
            Crew crew = new Crew(AgentRegistry.discover(), stack);
            AgentSource agents = crew.worker(plan.agents(), plan.allowSubmitted() || stack.isEmbedded());
            try (Engine engine = new Engine(stack, settings, plan.parts(), agents, crew.processes())) {
                engine.start();
                ready(stack);
                caller.interruption().await();
                caller.tell("ending; running agents have " + settings.grace() + " to come to a stop");
            }
        }
        return ExitCode.OK.code();
    }

    private void ready(Stack stack) {
        output.answer(
                caller,
                () -> Json.object(
                        "ready",
                        true,
                        "url",
                        null,
                        "databaseUrl",
                        stack.databaseUrl(),
                        "redisUrl",
                        stack.redisUrl(),
                        "pid",
                        ProcessHandle.current().pid()),
                () -> List.of("ready, until Ctrl-C"));
        caller.out().flush();
    }
}
