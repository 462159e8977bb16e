package io.orchestrator.cli;

import io.orchestrator.cli.view.Documents;
import io.orchestrator.cli.view.Tables;
import io.orchestrator.store.CheckpointStore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the checkpoints of a task. */
@Command(
        name = "checkpoints",
        description = "Lists the checkpoints of a task, newest first.",
        footer = {"", "Example:", "  orchestrator checkpoints task-01h8…"})
final class CheckpointsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TASK", description = "The task's id; 'orchestrator tasks RUN' lists them.")
    private String taskId = "";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    CheckpointsCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            if (stack.store().runs().task(taskId).isEmpty()) {
                throw new Refusal("there is no task '" + taskId + "' here. The tasks of a run: orchestrator tasks RUN");
            }
            List<CheckpointStore.Entry> entries = stack.store().checkpoints().list(taskId);
            output.answer(caller, () -> Documents.checkpoints(taskId, entries), () -> Tables.checkpoints(entries));
            return ExitCode.OK.code();
        }
    }
}
