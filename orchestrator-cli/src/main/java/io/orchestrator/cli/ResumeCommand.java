package io.orchestrator.cli;

import io.orchestrator.json.Json;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Reopening.Reopened;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Continues a task from a checkpoint of one's choice, or has a timer that was set aside tried again. */
@Command(
        name = "resume",
        description =
                "Continues a task from its newest checkpoint, or from an older one. A running attempt is revoked; a task"
                        + " that ended badly is done again, and its run with it. Of a number: has the timer that was set"
                        + " aside under it tried again.",
        footer = {
            "",
            "Example:",
            "  orchestrator checkpoints task-01h8…          which there are",
            "  orchestrator resume task-01h8… --from 3      from the third one",
            "  orchestrator resume 4711                     the timer that 'orchestrator status' calls set aside"
        })
final class ResumeCommand implements Callable<Integer> {
    private static final Pattern TIMER = Pattern.compile("[0-9]{1,18}");

    @Parameters(paramLabel = "TASK|TIMER", description = Which.TASK + " Or the number of a timer.")
    private String id = "";

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
            if (TIMER.matcher(id).matches()) {
                return timer(stack, seq);
            }
            String taskId = Which.task(stack, id);
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

    private int timer(Stack stack, OptionalLong seq) {
        if (seq.isPresent()) {
            throw new Refusal("--from is the number of a checkpoint, and a timer has none; leave it out");
        }
        if (!stack.store().timers().resume(Long.parseLong(id))) {
            throw new Refusal(
                    "no timer " + id + " is pending: it has fired, was cancelled, or never was. Those that are set"
                            + " aside: orchestrator status" + servers.again());
        }
        stack.announcer().announce(new Ready(List.of(), true));
        output.answer(
                caller,
                () -> Json.object("timer", Long.parseLong(id)),
                () -> List.of("timer " + id + " is tried again"));
        return ExitCode.OK.code();
    }
}
