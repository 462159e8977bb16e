package io.orchestrator.cli;

import io.orchestrator.attempt.AttemptHistory;
import io.orchestrator.cli.view.Attempts;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import io.orchestrator.time.SystemClock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists what became of the attempts of a task. */
@Command(
        name = "attempts",
        description = "Lists the attempts of a task in order: who made them, when, and how each ended.",
        footer = {"", "Example:", "  orchestrator attempts task-01h8…"})
final class AttemptsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TASK", description = Which.TASK)
    private String taskId = "";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    AttemptsCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            taskId = Which.task(stack, taskId);
            RunView.Task task = stack.store().runs().task(taskId).orElseThrow(() -> Which.gone(taskId));
            String runId = stack.store().lookup().runOf(taskId).orElseThrow(() -> Which.gone(taskId));
            List<EventView> events = EventPages.after(stack.store().runs(), runId, 0);
            List<AttemptHistory.Past> past = AttemptHistory.of(task, events);
            output.answer(
                    caller,
                    () -> Attempts.document(runId, taskId, past),
                    () -> Attempts.lines(past, new SystemClock().instant()));
            return ExitCode.OK.code();
        }
    }
}
