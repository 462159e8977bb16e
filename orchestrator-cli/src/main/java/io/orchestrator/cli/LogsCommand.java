package io.orchestrator.cli;

import io.orchestrator.agent.LogLevel;
import io.orchestrator.cli.view.LogLines;
import io.orchestrator.server.LogDocument;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.TaskLogs;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what agents printed and logged. */
@Command(
        name = "logs",
        description =
                "Shows what the agents of a run, or one of its tasks, printed and logged: task by task in the order"
                        + " of the plan, or with --follow as it comes.",
        footer = {
            "",
            "Each line has its time, its task, the number of the attempt and where it comes from: stdout, stderr, the level"
                    + " of a log message, or the engine. With -o json each line is one JSON document.",
            "With --follow it ends when the run or the task has ended, or on Ctrl-C.",
            "",
            "Examples:",
            "  orchestrator logs run-01h8… --follow",
            "  orchestrator logs run-01h8… WORK/Hasher --tail 20",
            "  orchestrator logs task-01h8… --attempt 2 --stream stderr",
            "  orchestrator logs run-01h8… -o json | jq -r 'select(.level == \"error\") | .text'",
        })
final class LogsCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN|TASK", description = Which.RUN_OR_TASK)
    private String id = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "Of a run only the tasks of that name, such as WORK/Hasher, Hasher or WORK/Hasher[3].")
    private Optional<String> name = Optional.empty();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the run or the task has ended.")
    private boolean follow;

    @Option(names = "--attempt", paramLabel = "N", description = "Only that attempt.")
    private Optional<Integer> attempt = Optional.empty();

    @Option(
            names = "--stream",
            paramLabel = "stdout|stderr|log",
            split = ",",
            description = "Only what comes from there; several are separated by commas.")
    private List<Stream> streams = List.of();

    @Option(names = "--tail", paramLabel = "N", description = "Of each task only the last N lines there are by now.")
    private Optional<Integer> tail = Optional.empty();

    @Mixin
    private final ServerOptions servers = new ServerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    /** What can be asked for with {@code --stream}. */
    enum Stream {
        STDOUT,
        STDERR,
        LOG
    }

    LogsCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.quietLogs();
        if (tail.isPresent() && tail.get() < 0) {
            throw new Refusal("--tail " + tail.get() + ": expected a whole number from 0");
        }
        if (attempt.isPresent() && attempt.get() < 1) {
            throw new Refusal("--attempt " + attempt.get() + ": attempts are counted from 1");
        }
        try (Stack stack = Stack.open(servers.choose(caller), Opening.LOOK)) {
            LogScope scope = scope(stack);
            LogPrinter printer = new LogPrinter(this::isWanted, tail, this::print);
            LogFollower follower = new LogFollower(stack.store().logs(), scope, printer, caller.interruption());
            if (follow) {
                return follower.toEnd() ? ExitCode.OK.code() : ExitCode.DETACHED.code();
            }
            follower.once();
            if (printer.isSilent() && !output.isJson()) {
                caller.tell("nothing is kept that was printed or logged there");
            }
            return ExitCode.OK.code();
        }
    }

    private LogScope scope(Stack stack) {
        RunStore runs = stack.store().runs();
        if (Which.isTask(id)) {
            return LogScope.ofTask(runs, Which.task(stack, id));
        }
        id = Which.run(stack, id);
        LogScope scope = LogScope.ofRun(runs, id, name);
        if (name.isPresent() && scope.look().tasks().isEmpty()) {
            throw new Refusal("run " + id + " has no task '" + name.get() + "'. Its tasks: orchestrator tasks " + id);
        }
        return scope;
    }

    private boolean isWanted(TaskLogs.Chunk chunk, LogLine line) {
        return (attempt.isEmpty() || attempt.get() == chunk.attempt()) && (streams.isEmpty() || isOfStreams(line));
    }

    /** That something is missing is told whatever is asked for. */
    private boolean isOfStreams(LogLine line) {
        Set<Stream> wanted = EnumSet.copyOf(streams);
        return switch (line.source()) {
            case STDOUT -> wanted.contains(Stream.STDOUT);
            case STDERR -> wanted.contains(Stream.STDERR);
            case LOG -> wanted.contains(Stream.LOG);
            case ENGINE ->
                wanted.contains(Stream.LOG)
                        || line.level().filter(LogLevel.ERROR::equals).isEmpty();
        };
    }

    private void print(LogScope.Member task, TaskLogs.Chunk chunk, long number, LogLine line) {
        caller.out()
                .println(
                        output.isJson()
                                ? LogDocument.line(task.phase(), task.task(), chunk, number, line)
                                : LogLines.text(task.phase(), task.task(), chunk.attempt(), line));
    }
}
