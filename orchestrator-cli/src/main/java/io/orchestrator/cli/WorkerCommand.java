package io.orchestrator.cli;

import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a worker. */
@Command(
        name = "worker",
        description = "Runs a worker: takes tasks, runs their agents. Any number may run, on any number of machines.",
        footer = {"", "Example:", "  DATABASE_URL=… REDIS_URL=… orchestrator worker --agents agents.json --slots 8"})
final class WorkerCommand implements Callable<Integer> {
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

    WorkerCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.serviceLogs(caller);
        ServiceRun.Plan plan = new ServiceRun.Plan(
                "worker",
                EnumSet.of(Engine.Part.WORKER),
                false,
                Opening.SERVE,
                worker.agents(caller),
                worker.allowSubmitted());
        return new ServiceRun(caller, output)
                .untilInterrupted(servers.choose(caller), engine.settings(caller), door, plan);
    }
}
