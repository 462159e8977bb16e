package io.orchestrator.cli;

import io.orchestrator.cli.view.WhyLines;
import io.orchestrator.run.Situation;
import io.orchestrator.store.Situations;
import io.orchestrator.time.SystemClock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tells what a run or a task waits for. */
@Command(
        name = "why",
        description =
                "Tells what a run or a task waits for, since when, and what to do about it; what holds the whole run"
                        + " comes first.",
        footer = {
            "",
            "Examples:",
            "  orchestrator why latest",
            "  orchestrator why task-01h8…",
            "  orchestrator why run-01h8… -o json | jq -r '.reasons[].kind'",
        })
final class WhyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN|TASK", description = Which.RUN_OR_TASK)
    private String id = "";

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    WhyCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            Situations situations = stack.store().situations();
            if (Which.isTask(id)) {
                id = Which.task(stack, id);
                answer(situations.ofTask(id), new WhyLines(new SystemClock().instant(), Optional.of(id)));
            } else {
                id = Which.run(stack, id);
                answer(situations.ofRun(id), new WhyLines(new SystemClock().instant(), Optional.empty()));
            }
            return ExitCode.OK.code();
        }
    }

    private void answer(Optional<Situation> found, WhyLines lines) {
        Situation at = found.orElseThrow(() -> Which.gone(id));
        output.answer(caller, () -> lines.document(at), () -> lines.text(at));
    }
}
