package io.orchestrator.cli;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.cli.view.Documents;
import io.orchestrator.cli.view.Tables;
import io.orchestrator.json.Json;
import io.orchestrator.store.CheckpointStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the checkpoints of a task. */
@Command(
        name = "checkpoints",
        description = "Lists the checkpoints of a task, newest first.",
        footer = {
            "",
            "Examples:",
            "  orchestrator checkpoints task-01h8…",
            "  orchestrator checkpoints task-01h8… --data --seq 3"
        })
final class CheckpointsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TASK", description = Which.TASK)
    private String taskId = "";

    @Option(
            names = "--data",
            description = "Print what the newest checkpoint, or that of --seq, holds: one JSON document.")
    private boolean data;

    @Option(names = "--seq", paramLabel = "N", description = "With --data: the number of the checkpoint.")
    private @Nullable Long seq;

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
        if (seq != null && !data) {
            throw new Refusal("--seq " + seq + " says which data to print; expected --data with it");
        }
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            taskId = Which.task(stack, taskId);
            if (data) {
                caller.out().println(read(stack.store().checkpoints()));
                return ExitCode.OK.code();
            }
            List<CheckpointStore.Entry> entries = stack.store().checkpoints().list(taskId);
            output.answer(caller, () -> Documents.checkpoints(taskId, entries), () -> Tables.checkpoints(entries));
            return ExitCode.OK.code();
        }
    }

    private String read(CheckpointStore checkpoints) {
        Optional<Checkpoint> found = seq == null ? checkpoints.load(taskId) : checkpoints.load(taskId, seq);
        Checkpoint checkpoint = found.orElseThrow(() -> new Refusal("task " + taskId + " has no checkpoint"
                + (seq == null ? "" : " " + seq) + "; those that are kept: orchestrator checkpoints " + taskId));
        return output.isJson()
                ? Json.object("seq", checkpoint.seq(), "token", checkpoint.token(), "data", checkpoint.data())
                        .toString()
                : checkpoint.data().pretty();
    }
}
