package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs get signals with their usual effect, however the engine was started. */
@Timeout(120)
class SignalsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What nohup and a script's & do, and more. */
    private static final String IGNORING = "trap '' HUP INT QUIT PIPE TERM USR1 CHLD; exec \"$@\"";

    private static final long OF_THE_C_LIBRARY = 3L << 31;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @BeforeEach
    void needsProc() {
        assumeTrue(ProcFilesystem.isAvailable());
    }

    private Path program(String name) {
        var found = CommandLookup.inPath(name, ChildEnvironment.workerPath(), directory);
        assumeTrue(found.isPresent(), name + " is not installed");
        return found.orElseThrow();
    }

    private Process start(List<String> command) throws IOException {
        List<String> ignoring = new ArrayList<>(List.of("/bin/sh", "-c", IGNORING, "sh"));
        ignoring.addAll(command);
        return new ProcessBuilder(ignoring)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private long ignoredBelow(SessionStarter starter) throws IOException {
        Process process = start(starter.command(List.of(program("grep").toString(), "SigIgn", "/proc/self/status")));
        try (var lines = process.inputReader()) {
            return mask(lines.readLine());
        }
    }

    private static long mask(String line) {
        return Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16) & ~OF_THE_C_LIBRARY;
    }

    @Test
    void a_script_that_starts_the_engine_with_nohup_does_not_make_agents_ignore_signals() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path seen = directory.resolve("seen");
        Process worker = start(List.of(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                DoomedWorker.class.getName(),
                "worker-signals",
                directory.toString(),
                "grep SigIgn /proc/self/status > seen.new && mv seen.new seen"));

        await().atMost(PATIENCE).until(() -> Files.exists(seen));

        assertThat(mask(Files.readString(seen))).isZero();
        worker.destroyForcibly();
    }

    @Test
    void env_and_setsid_reset_what_was_ignored() throws IOException {
        assertThat(ignoredBelow(SessionStarter.none())).isNotZero();
        assertThat(ignoredBelow(SessionStarter.setsid(program("setsid").toString())))
                .isNotZero();
        assertThat(ignoredBelow(SessionStarter.resetting(
                        program("env").toString(), program("setsid").toString())))
                .isZero();
    }

    @Test
    void perl_resets_what_was_ignored() throws IOException {
        assertThat(ignoredBelow(SessionStarter.perl(program("perl").toString())))
                .isZero();
    }

    @Test
    void where_env_does_not_know_the_option_perl_is_taken_and_what_cannot_be_run_is_left_alone() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(folder.resolve("setsid"), program("setsid"));
        Path old = Files.writeString(folder.resolve("env"), "#!/bin/sh\nexit 125\n");
        assertThat(old.toFile().setExecutable(true)).isTrue();

        assertThat(SessionStarter.find(folder.toString()).command(List.of("x")))
                .containsExactly(folder + "/setsid", "x");

        Files.createSymbolicLink(folder.resolve("perl"), program("perl"));
        assertThat(SessionStarter.find(folder.toString()).command(List.of("x")))
                .startsWith(folder + "/perl")
                .endsWith("x");
    }
}
