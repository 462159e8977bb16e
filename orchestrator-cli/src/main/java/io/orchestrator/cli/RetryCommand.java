package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.Reopening.Reopened;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Continues a run that ended badly. */
@Command(
        name = "retry",
        description =
                "Continues a run that failed, timed out or was cancelled, from what is done: completed tasks stay, the"
                        + " others are done again from their last checkpoint. Timeboxes and attempts begin anew.",
        footer = {"", "Example:", "  orchestrator retry run-01h8… && orchestrator watch run-01h8…"})
final class RetryCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = Which.RUN)
    private String runId = "";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    RetryCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.SUBMIT)) {
            runId = Which.run(stack, runId);
            Reopened reopened = stack.store().reopening().retry(runId);
            stack.announcer().announce(reopened.ready());
            output.answer(
                    caller,
                    () -> Json.object("runId", reopened.runId(), "tasks", reopened.tasks()),
                    () -> List.of("run " + reopened.runId() + " goes on with " + reopened.tasks()
                            + " tasks to do again; follow it" + " with: orchestrator watch " + reopened.runId()
                            + servers.again()));
            return ExitCode.OK.code();
        }
    }
}
