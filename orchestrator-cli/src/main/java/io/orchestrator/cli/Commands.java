package io.orchestrator.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
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
            "  orchestrator init hello                  a plan and an agent to begin with",
            "  orchestrator run examples/repo-audit/plan.json --input path=.",
            "  orchestrator watch run-01h8…             after the process or the machine died",
            "  orchestrator run plan.json -o json | jq .state",
            "",
            "Without DATABASE_URL and REDIS_URL a Postgres and a Redis of its own keep everything in the data directory.",
            "Exit codes: 0 completed, 1 failed, 2 refused, 3 Postgres or Redis cannot be used as they are set up,",
            "4 Postgres or Redis do not answer, 70 a fault of the program itself, 130 detached from a run that goes on.",
        })
final class Commands implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Commands() {}

    /**
     * The parser for these arguments. Reading what a command may be called with takes a while, so where the first argument
     * names a command the others are left out.
     */
    static CommandLine of(Caller caller, String... args) {
        CommandLine root = new CommandLine(new Commands());
        Map<String, Function<Caller, Object>> commands = all();
        if (args.length == 0 || !commands.containsKey(args[0])) {
            commands.putAll(ofDevelopment());
        }
        boolean isNamed = args.length > 0 && commands.containsKey(args[0]);
        commands.forEach((name, command) -> {
            if (!isNamed || name.equals(args[0])) {
                root.addSubcommand(name, command.apply(caller));
            }
        });
        FailureReport failures = new FailureReport(caller);
        return root.setOut(writer(caller.out()))
                .setErr(writer(caller.err()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    private static Map<String, Function<Caller, Object>> all() {
        Map<String, Function<Caller, Object>> commands = new LinkedHashMap<>();
        commands.put("init", InitCommand::new);
        commands.put("run", RunCommand::new);
        commands.put("submit", SubmitCommand::new);
        commands.put("watch", WatchCommand::new);
        commands.put("status", StatusCommand::new);
        commands.put("why", WhyCommand::new);
        commands.put("cancel", CancelCommand::new);
        commands.put("delete", DeleteCommand::new);
        commands.put("retry", RetryCommand::new);
        commands.put("decide", DecideCommand::new);
        commands.put("resume", ResumeCommand::new);
        commands.put("pause", PauseCommand::new);
        commands.put("unpause", UnpauseCommand::new);
        commands.put("queue", QueueCommand::of);
        commands.put("schedule", ScheduleCommand::of);
        commands.put("tasks", TasksCommand::new);
        commands.put("attempts", AttemptsCommand::new);
        commands.put("events", EventsCommand::new);
        commands.put("logs", LogsCommand::new);
        commands.put("checkpoints", CheckpointsCommand::new);
        commands.put("verify", VerifyCommand::new);
        commands.put("dev", DevCommand::new);
        commands.put("migrate", MigrateCommand::new);
        commands.put("psql", PsqlCommand::new);
        commands.put("scheduler", SchedulerCommand::new);
        commands.put("worker", WorkerCommand::new);
        commands.put("timer", TimerCommand::new);
        commands.put("server", ServerCommand::new);
        commands.put("all", AllCommand::new);
        return commands;
    }

    /** Looked for only when no command of the program itself was named, because looking reads the whole class path. */
    private static Map<String, Function<Caller, Object>> ofDevelopment() {
        Map<String, Function<Caller, Object>> commands = new LinkedHashMap<>();
        ServiceLoader.load(DevelopmentCommands.class).forEach(more -> commands.putAll(more.byName()));
        return commands;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command");
    }
}
