package io.orchestrator.cli;

import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the HTTP door alone. */
@Command(
        name = "server",
        description = "Answers over HTTP: health, metrics, POST /schedule. Any number may run.",
        footer = {"", "Example:", "  DATABASE_URL=… REDIS_URL=… orchestrator server --port 8080"})
final class ServerCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final DoorOptions door = new DoorOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    ServerCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.serviceLogs(caller);
        ServiceRun.Plan plan = ServiceRun.Plan.of("server", EnumSet.noneOf(Engine.Part.class), true);
        return new ServiceRun(caller, output)
                .untilInterrupted(servers.choose(caller), engine.settings(caller), door, plan);
    }
}
