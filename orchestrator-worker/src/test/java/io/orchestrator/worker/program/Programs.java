package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Starts shell scripts as agents, and finds all processes they started by a variable that only they have. */
final class Programs {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final RecordingContext context = new RecordingContext();
    private final Path directory;
    private final ProgramHost host;
    private final String mark = UUID.randomUUID().toString();

    Programs(Path directory) {
        this(directory, ProgramHost.of("worker-" + UUID.randomUUID()));
    }

    Programs(Path directory, ProgramHost host) {
        this.directory = directory;
        this.host = host;
    }

    ProgramSpec script(String script) {
        return command("sh", "-c", script);
    }

    ProgramSpec command(String... command) {
        return ProgramSpec.of("Lister", List.of(command), directory).withEnv(Map.of("TEST_MARK", mark));
    }

    void file(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    void touch(String name) {
        try {
            file(name, "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Json run(String script) throws InterruptedException {
        return run(script(script));
    }

    Json run(ProgramSpec spec) throws InterruptedException {
        return new ProgramAgent(spec, host).execute(context);
    }

    /** An attempt on a thread of its own. */
    Attempt start(ProgramSpec spec) {
        CompletableFuture<Json> outcome = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(run(spec));
            } catch (InterruptedException | RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        });
        return new Attempt(thread, outcome);
    }

    record Attempt(Thread thread, CompletableFuture<Json> outcome) {
        Throwable failure() {
            await().atMost(PATIENCE).until(outcome::isDone);
            assertThat(outcome).isCompletedExceptionally();
            return outcome.exceptionNow();
        }
    }

    void awaitLog(String line) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(context.logs).contains(line));
    }

    List<Long> alive() {
        return carrying("TEST_MARK=" + mark);
    }

    /** Reads the process table on its own, so that a mistake of the code under test does not hide itself. */
    static List<Long> carrying(String variable) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(entry -> entry.getFileName().toString().matches("\\d+"))
                    .filter(entry -> environmentOf(entry).contains("\0" + variable + "\0"))
                    .map(entry -> Long.parseLong(entry.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String environmentOf(Path process) {
        try {
            return "\0" + new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
