package io.orchestrator.lab.chaos;

import io.orchestrator.cli.Caller;
import io.orchestrator.cli.OutputOptions;
import io.orchestrator.cli.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Throws faults at real processes and says what became of the work. */
@Command(
        name = "chaos",
        description =
                "Starts servers and every service as processes of their own, submits work, throws faults at all of"
                        + " them, and checks that nothing was lost or doubled. Exit code 1 when something was.",
        footer = {
            "",
            "Examples:",
            "  orchestrator chaos --seconds 60 --seed 7",
            "  orchestrator chaos --seconds 3600 -o json --keep chaos-report"
        })
public final class ChaosCommand implements Callable<Integer> {
    private static final int DETACHED = 130;

    @Option(names = "--seconds", paramLabel = "N", description = "How long faults are thrown (default 60).")
    private int seconds = 60;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Decides which faults are thrown when, and the load (default: a new one, which is told).")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--workers", paramLabel = "W", description = "Processes that work (default 3).")
    private Optional<Integer> workers = Optional.empty();

    @Option(names = "--tasks", paramLabel = "T", description = "Tasks that are submitted (default: nine a second).")
    private Optional<Integer> tasks = Optional.empty();

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Keep logs, journal and report here (default: a temporary folder, kept when not clean).")
    private Optional<Path> keep = Optional.empty();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Caller caller;

    /** Made by the program. */
    public ChaosCommand(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Integer call() throws SQLException {
        output.quietLogs();
        Scene scene = Scene.in(directory());
        ChaosReport report;
        try (ChaosRun run = new ChaosRun(
                settings(), scene, caller::tell, () -> caller.interruption().requested())) {
            report = run.run();
        } catch (InterruptedException e) {
            caller.tell("ended early; logs and journal are in " + scene.directory());
            return DETACHED;
        }
        output.answer(caller, report::json, report::text);
        if (report.clean() && keep.isEmpty()) {
            scene.delete();
        } else {
            caller.tell("logs, journal and report are in " + scene.keep(report));
        }
        return report.clean() ? 0 : 1;
    }

    private ChaosSettings settings() {
        if (seconds < 5 || workers.orElse(1) < 1 || tasks.orElse(1) < 1) {
            throw new Refusal("expected --seconds of at least 5, and --workers and --tasks of at least 1");
        }
        ChaosSettings settings =
                ChaosSettings.of(Duration.ofSeconds(seconds), seed.orElseGet(() -> new Random().nextLong(1_000_000)));
        settings = workers.isPresent() ? settings.withWorkers(workers.get()) : settings;
        return tasks.isPresent() ? settings.withTasks(tasks.get()) : settings;
    }

    private Path directory() {
        try {
            return keep.isPresent()
                    ? Files.createDirectories(caller.resolve(keep.get()))
                    : Files.createTempDirectory("orchestrator-chaos-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for logs and journal", e);
        }
    }
}
