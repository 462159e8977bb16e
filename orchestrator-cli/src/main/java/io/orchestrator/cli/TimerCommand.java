package io.orchestrator.cli;

import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a timer service. */
@Command(
        name = "timer",
        description = "Runs a timer service: retries, timeboxes, delays. Any number may run.",
        footer = {"", "Example:", "  DATABASE_URL=… REDIS_URL=… orchestrator timer --port 9102"})
final class TimerCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final DoorOptions door = new DoorOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    TimerCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.serviceLogs(caller);
        ServiceRun.Plan plan = ServiceRun.Plan.of("timer", EnumSet.of(Engine.Part.TIMER), false);
        return new ServiceRun(caller, output)
                .untilInterrupted(servers.choose(caller), engine.settings(caller), door, plan);
    }
}
