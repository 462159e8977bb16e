package io.orchestrator.cli;

import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Keeps everything running, for development. */
@Command(
        name = "dev",
        description =
                "Keeps the servers and all services running until Ctrl-C. Other commands on the same data directory use them.",
        footer = {"", "Example:", "  orchestrator dev -o json"})
final class DevCommand implements Callable<Integer> {
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

    DevCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.quietLogs();
        ServiceRun.Plan plan = new ServiceRun.Plan(
                "dev",
                EnumSet.allOf(Engine.Part.class),
                true,
                Opening.SERVE_ALL,
                worker.agents(caller),
                worker.allowSubmitted());
        return new ServiceRun(caller, output)
                .untilInterrupted(servers.choose(caller), engine.settings(caller), door, plan);
    }
}
