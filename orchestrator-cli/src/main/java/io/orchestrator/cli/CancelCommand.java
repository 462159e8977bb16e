package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.RunStore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Cancels a run. */
@Command(
        name = "cancel",
        description =
                "Cancels a run: what waits does not start, what runs is ended. A run that has ended stays as it is.",
        footer = {"", "Example:", "  orchestrator cancel run-01h8… --reason 'wrong inputs'"})
final class CancelCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = Which.RUN)
    private String runId = "";

    @Option(
            names = "--reason",
            converter = ReasonOption.class,
            paramLabel = "TEXT",
            description = "Kept with the run (default: cancelled by its user).")
    private String reason = "cancelled by its user";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    CancelCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            runId = Which.run(stack, runId);
            RunStore runs = stack.store().runs();
            boolean cancelled = runs.cancel(runId, reason);
            String state = Outcome.require(runs, runId, false).state().wire();
            output.answer(
                    caller,
                    () -> Json.object("runId", runId, "cancelled", cancelled, "state", state),
                    () -> List.of(
                            cancelled
                                    ? "run " + runId + " is cancelled"
                                    : "run " + runId + " has ended before: " + state));
            return ExitCode.OK.code();
        }
    }
}
