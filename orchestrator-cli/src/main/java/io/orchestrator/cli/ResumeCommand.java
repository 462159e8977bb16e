package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.Reopening.Reopened;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Continues a task from a checkpoint of one's choice. */
@Command(
        name = "resume",
        description =
                "Continues a task from its newest checkpoint, or from an older one. A running attempt is revoked; a task"
                        + " that ended badly is done again, and its run with it.",
        footer = {
            "",
            "Example:",
            "  orchestrator checkpoints task-01h8…          which there are",
            "  orchestrator resume task-01h8… --from 3      from the third one"
        })
final class ResumeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TASK", description = Which.TASK)
    private String taskId = "";

    @Option(
            names = "--from",
            paramLabel = "SEQ",
            description = "The number of the checkpoint to continue from (default: the newest).")
    private @Nullable Long from;

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    ResumeCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        OptionalLong seq = from == null ? OptionalLong.empty() : OptionalLong.of(from);
        try (Stack stack = Stack.open(servers.choose(caller), Opening.SUBMIT)) {
            taskId = Which.task(stack, taskId);
            Reopened resumed = stack.store().reopening().resume(taskId, seq);
            stack.announcer().announce(resumed.ready());
            output.answer(
                    caller,
                    () -> Json.object("taskId", taskId, "runId", resumed.runId(), "tasks", resumed.tasks()),
                    () -> List.of("task " + taskId + " goes on; follow it with: orchestrator watch " + resumed.runId()
                            + servers.again()));
            return ExitCode.OK.code();
        }
    }
}
