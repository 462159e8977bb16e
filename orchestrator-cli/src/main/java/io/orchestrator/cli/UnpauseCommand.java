package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.Gates;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.RunView;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Ends the pause of a run. */
@Command(
        name = "unpause",
        description =
                "Ends the pause of a run: its tasks start at once, and its timeboxes go on from where they stood.",
        footer = {"", "Example:", "  orchestrator unpause run-01h8… && orchestrator watch run-01h8…"})
final class UnpauseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = Which.RUN)
    private String runId = "";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    UnpauseCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.SUBMIT)) {
            runId = Which.run(stack, runId);
            Gates.Opened opened = stack.store().gates().open(Gate.ofRun(runId));
            stack.announcer().announce(opened.ready());
            RunView run = Outcome.require(stack.store().runs(), runId, false);
            output.answer(
                    caller,
                    () -> Json.object(
                            "runId",
                            runId,
                            "wasPaused",
                            opened.wasClosed(),
                            "state",
                            run.state().wire()),
                    () -> List.of(
                            opened.wasClosed()
                                    ? "run " + runId + " goes on; follow it with: orchestrator watch " + runId
                                            + servers.again()
                                    : "run " + runId + " was not paused; it is "
                                            + run.state().wire()));
            return ExitCode.OK.code();
        }
    }
}
