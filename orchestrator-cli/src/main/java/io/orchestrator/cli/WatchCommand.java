package io.orchestrator.cli;

import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Follows a run, and on embedded servers works on it. */
@Command(
        name = "watch",
        description =
                "Follows a run to its end. On the embedded servers it also works on it, so that a run goes on whose"
                        + " process was killed.",
        footer = {
            "",
            "Ctrl-C detaches.",
            "",
            "Examples:",
            "  orchestrator watch run-01h8…",
            "  orchestrator watch run-01h8… -o json",
            "",
            "Exit codes: 0 completed, 1 failed, cancelled or timed out, 2 refused, 3 servers not usable as set up,",
            "4 servers do not answer, 130 detached.",
        })
final class WatchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = Which.RUN)
    private String runId = "";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    private final ProgressOption progress = new ProgressOption();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    WatchCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.quietLogs();
        EngineSettings settings = engine.settings(caller);
        ServerChoice choice = servers.choose(caller);
        Opening opening = choice instanceof ServerChoice.Embedded ? Opening.WORK : Opening.LOOK;
        try (Stack stack = Stack.open(choice, opening)) {
            runId = Which.run(stack, runId);
            RunView run = Outcome.require(stack.store().runs(), runId, true);
            if (run.state().isFinal()) {
                return new Outcome(caller, output).ended(run);
            }
            return stack.isEmbedded() ? work(stack, settings) : follow(stack, "It goes on where its workers are.");
        }
    }

    private int work(Stack stack, EngineSettings settings) throws InterruptedException {
        Crew crew = new Crew(JavaAgents.discover(caller), stack);
        try (Engine services = new Engine(stack, settings, EnumSet.allOf(Engine.Part.class), crew.trusting(), crew)) {
            services.start();
            return follow(stack, "It goes on with: orchestrator watch " + runId + servers.again());
        }
    }

    private int follow(Stack stack, String howItGoesOn) throws InterruptedException {
        RunStore runs = stack.store().runs();
        Optional<RunView> ended;
        try (ProgressView view = progress.open(caller)) {
            ended = new Follower(runs, view, caller.interruption()).follow(runId);
        }
        Outcome outcome = new Outcome(caller, output);
        return ended.isPresent() ? outcome.ended(ended.get()) : outcome.detached(runs, runId, howItGoesOn);
    }
}
