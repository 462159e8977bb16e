package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.cli.view.Elapsed;
import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.worker.AgentSource;
import io.orchestrator.worker.program.Keeping;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Services of one process, from their start to the signal that ends them. */
final class ServiceRun {
    /**
     * What to run.
     *
     * @param role the command's name
     * @param parts the services
     * @param takesWork whether plans can be scheduled over HTTP
     * @param opening what is needed of the servers
     * @param agents a worker's own programs
     * @param allowSubmitted whether a worker may run programs that runs brought along; on embedded servers it always may
     */
    record Plan(
            String role,
            Set<Engine.Part> parts,
            boolean takesWork,
            Opening opening,
            AgentsFile agents,
            boolean allowSubmitted) {
        /** A service without a worker. */
        static Plan of(String role, Set<Engine.Part> parts, boolean takesWork) {
            return new Plan(role, parts, takesWork, Opening.SERVE, AgentsFile.EMPTY, false);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ServiceRun.class);

    private final Caller caller;
    private final OutputOptions output;

    ServiceRun(Caller caller, OutputOptions output) {
        this.caller = caller;
        this.output = output;
    }

    /** Stops in the order opposite to the start; the door stays open until the services have stopped. */
    int untilInterrupted(ServerChoice choice, EngineSettings settings, DoorOptions http, Plan plan)
            throws InterruptedException {
        AgentRegistry java = JavaAgents.discover(caller);
        PatientStart start = new PatientStart(caller.interruption(), new SystemTicks(), this::tellOfServers);
        Optional<Stack> opened = start.open(() -> Stack.open(choice, plan.opening()));
        if (opened.isEmpty()) {
            return ExitCode.OK.code();
        }
        try (Stack stack = opened.get()) {
            Crew crew = new Crew(java, stack);
            AgentSource agents = crew.worker(plan.agents(), plan.allowSubmitted() || stack.isEmbedded());
            Engine engine = new Engine(stack, settings, plan.parts(), agents, crew);
            try (HttpDoor door = HttpDoor.open(stack, engine, http, plan.role(), plan.takesWork());
                    Engine running = engine) {
                running.start();
                running.keeping().ifPresent(this::tellKeeping);
                tellReady(stack, door);
                caller.interruption().await();
                if (running.workers().isPresent()) {
                    tellEnding("ending; running agents have " + Elapsed.text(settings.grace()) + " to come to a stop");
                }
            }
        }
        return ExitCode.OK.code();
    }

    /** What holds on this host for what agents start. */
    private void tellKeeping(Keeping keeping) {
        if (keeping.isVerified() && keeping.guarded()) {
            LOG.info("{}", keeping.sentence());
        } else {
            LOG.warn("{}", keeping.sentence());
        }
    }

    private void tellEnding(String sentence) {
        if (Logs.isJson()) {
            LOG.info("{}", sentence);
        } else {
            caller.tell(sentence);
        }
    }

    private void tellOfServers(String sentence) {
        if (Logs.isJson()) {
            LOG.warn("{}", sentence);
        } else {
            caller.tell("orchestrator: " + sentence);
        }
    }

    /** Passwords only of embedded servers, which nobody else could know. */
    private void tellReady(Stack stack, HttpDoor door) {
        output.answer(
                caller,
                () -> Json.builder()
                        .put("ready", true)
                        .put("url", door.url())
                        .put("probesUrl", door.probesUrl())
                        .put("databaseUrl", stack.tellableDatabaseUrl())
                        .put("redisUrl", stack.tellableRedisUrl())
                        .put("pid", ProcessHandle.current().pid())
                        .build(),
                () -> List.of("ready at " + door.url() + ", until Ctrl-C"));
        caller.out().flush();
    }
}
