package io.orchestrator.cli;

import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a scheduler. */
@Command(
        name = "scheduler",
        description =
                "Runs a scheduler: sends again what nobody took, takes back what dead workers held, ends what must end. Any number may run.",
        footer = {"", "Example:", "  DATABASE_URL=… REDIS_URL=… orchestrator scheduler --port 9101"})
final class SchedulerCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final DoorOptions door = new DoorOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    SchedulerCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.serviceLogs(caller);
        ServiceRun.Plan plan = ServiceRun.Plan.of("scheduler", EnumSet.of(Engine.Part.SCHEDULER), false);
        return new ServiceRun(caller, output)
                .untilInterrupted(servers.choose(caller), engine.settings(caller), door, plan);
    }
}
