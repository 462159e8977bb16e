package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.Deletions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes a run that has ended. */
@Command(
        name = "delete",
        description =
                "Deletes a run that has ended, with its tasks, outputs, checkpoints and events. It cannot be had back. Its"
                        + " idempotence key is free again.",
        footer = {
            "",
            "The timer service deletes old runs by itself where RUN_TTL_DAYS says so.",
            "",
            "Example:",
            "  orchestrator delete run-01h8…"
        })
final class DeleteCommand implements Callable<Integer> {
    private static final int ROWS_AT_ONCE = 1_000;

    @Parameters(paramLabel = "RUN", description = Which.RUN)
    private String runId = "";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    DeleteCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            runId = Which.run(stack, runId);
            Deletions deletions = stack.store().deletions();
            Optional<String> whyNot = deletions.begin(runId);
            if (whyNot.isPresent()) {
                throw new Refusal(whyNot.get());
            }
            long removed;
            do {
                removed = deletions.remove(runId, ROWS_AT_ONCE);
            } while (removed > 0);
            output.answer(
                    caller,
                    () -> Json.object("runId", runId, "deleted", true),
                    () -> List.of("run " + runId + " is deleted"));
            return ExitCode.OK.code();
        }
    }
}
