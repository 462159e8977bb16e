package io.orchestrator.cli;

import io.orchestrator.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes files to begin with. */
@Command(
        name = "init",
        description =
                "Writes a plan, an agents file and an agent to begin with, and says how to run them. Overwrites nothing.",
        footer = {
            "",
            "Examples:",
            "  orchestrator init hello",
            "  orchestrator init hello --language python",
        })
final class InitCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            defaultValue = ".",
            description = "Where to; it is made where there is none (default: here).")
    private Path directory = Path.of("");

    @Option(
            names = "--language",
            paramLabel = "LANGUAGE",
            description = "What the agent is written in: shell (the default), python or java.")
    private Starter starter = Starter.SHELL;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    InitCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() {
        output.quietLogs();
        Path shown = directory.normalize();
        List<String> written = starter.write(caller.resolve(directory)).stream()
                .map(file -> shown.resolve(file).toString())
                .toList();
        List<String> next = starter.next(shown);
        output.answer(caller, () -> Json.object("files", written, "next", next), () -> lines(written, next));
        return ExitCode.OK.code();
    }

    private static List<String> lines(List<String> written, List<String> next) {
        List<String> lines = new ArrayList<>();
        lines.add("wrote " + String.join(", ", written));
        lines.add("run it:");
        next.forEach(command -> lines.add("  " + command));
        return lines;
    }
}
