package io.orchestrator.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The tree of commands. */
@Command(
        name = "orchestrator",
        description = "Runs plans of autonomous agents, for days if need be, and survives being killed.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  orchestrator run examples/repo-audit/plan.json --input path=.",
            "  orchestrator watch run-01h8…             after the process or the machine died",
            "  orchestrator run plan.json -o json | jq .state",
            "",
            "Without DATABASE_URL and REDIS_URL a Postgres and a Redis of its own keep everything in the data directory.",
            "Exit codes: 0 completed, 1 failed, 2 refused, 130 detached from a run that goes on.",
        })
final class Commands implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Commands() {}

    static CommandLine of(Caller caller) {
        CommandLine root = new CommandLine(new Commands());
        root.addSubcommand(new RunCommand(caller))
                .addSubcommand(new SubmitCommand(caller))
                .addSubcommand(new WatchCommand(caller))
                .addSubcommand(new StatusCommand(caller))
                .addSubcommand(new CancelCommand(caller))
                .addSubcommand(new TasksCommand(caller))
                .addSubcommand(new EventsCommand(caller))
                .addSubcommand(new CheckpointsCommand(caller))
                .addSubcommand(new DevCommand(caller))
                .addSubcommand(new MigrateCommand(caller))
                .addSubcommand(new SchedulerCommand(caller))
                .addSubcommand(new WorkerCommand(caller))
                .addSubcommand(new TimerCommand(caller))
                .addSubcommand(new ServerCommand(caller))
                .addSubcommand(new AllCommand(caller));
        FailureReport failures = new FailureReport(caller);
        return root.setOut(writer(caller.out()))
                .setErr(writer(caller.err()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command");
    }
}
