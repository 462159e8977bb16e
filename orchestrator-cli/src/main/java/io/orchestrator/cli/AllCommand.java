package io.orchestrator.cli;

import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs all services in one process. */
@Command(
        name = "all",
        description = "Runs scheduler, worker, timer and HTTP in one process.",
        footer = {"", "Example:", "  DATABASE_URL=… REDIS_URL=… orchestrator all --agents agents.json"})
final class AllCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final WorkerOptions worker = new WorkerOptions();

    @Mixin
    private final DoorOptions door = new DoorOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    AllCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.serviceLogs(caller);
        ServiceRun.Plan plan = new ServiceRun.Plan(
                "all",
                EnumSet.allOf(Engine.Part.class),
                true,
                Opening.SERVE_ALL,
                worker.agents(caller),
                worker.allowSubmitted());
        return new ServiceRun(caller, output)
                .untilInterrupted(servers.choose(caller), engine.settings(caller), door, plan);
    }
}
