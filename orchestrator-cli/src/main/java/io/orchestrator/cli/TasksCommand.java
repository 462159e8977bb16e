package io.orchestrator.cli;

import io.orchestrator.cli.view.Documents;
import io.orchestrator.cli.view.Tables;
import io.orchestrator.store.RunView;
import io.orchestrator.time.SystemClock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the tasks of a run. */
@Command(
        name = "tasks",
        description = "Lists the tasks of a run, in the order of its phases.",
        footer = {
            "",
            "Example:",
            "  orchestrator tasks run-01h8… -o json | jq '.tasks[] | select(.state == \"failed\")'"
        })
final class TasksCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = Which.RUN)
    private String runId = "";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    TasksCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            runId = Which.run(stack, runId);
            RunView run = Outcome.require(stack.store().runs(), runId, true);
            output.answer(caller, () -> Documents.tasks(run), () -> Tables.tasks(run, new SystemClock().instant()));
            return ExitCode.OK.code();
        }
    }
}
