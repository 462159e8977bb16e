package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.RunView;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pauses a run. */
@Command(
        name = "pause",
        description =
                "Pauses a run: no task of it starts until it is unpaused, and its timeboxes stand still. What runs may"
                        + " finish, unless --now calls it back.",
        footer = {
            "",
            "Examples:",
            "  orchestrator pause run-01h8… --reason 'the API is down'",
            "  orchestrator pause run-01h8… --now           running tasks checkpoint and return, no attempt is used up"
        })
final class PauseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = Which.RUN)
    private String runId = "";

    @Mixin
    private final PauseOptions pause = new PauseOptions();

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    PauseCommand(Caller caller) {
        this.caller = caller;
    }

    /** How something is paused. */
    static final class PauseOptions {
        @Option(
                names = "--now",
                description = "Also call running tasks back: they save a checkpoint and are handed back.")
        private boolean now;

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                converter = ReasonOption.class,
                description = "Shown while it is paused.")
        private String reason = "paused by its user";

        Closing closing() {
            Closing closing = Closing.because(reason);
            return now ? closing.recallingTasks() : closing;
        }
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            runId = Which.run(stack, runId);
            Optional<RunView.Paused> before =
                    stack.store().runs().view(runId, false).flatMap(RunView::paused);
            boolean paused = stack.store().gates().close(Gate.ofRun(runId), pause.closing());
            RunView run = Outcome.require(stack.store().runs(), runId, false);
            if (!paused) {
                throw new Refusal("run " + runId + " has ended (" + run.state().wire()
                        + "); only a run that has not ended can be paused");
            }
            output.answer(
                    caller,
                    () -> Json.object(
                            "runId", runId, "paused", true, "state", run.state().wire()),
                    () -> List.of(before.map(pause -> "run " + runId + " has been paused since "
                                            + pause.since().truncatedTo(ChronoUnit.SECONDS) + " (" + pause.reason()
                                            + ")")
                                    .orElse("run " + runId + " is paused")
                            + "; it goes on with: orchestrator unpause " + runId + servers.again()));
            return ExitCode.OK.code();
        }
    }
}
