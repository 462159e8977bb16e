package io.orchestrator.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Calls commands in this process, from a directory of its own. */
final class TestCaller implements AutoCloseable {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Interruption interruption = new Interruption();
    private final Map<String, String> environment;
    private final Path directory;

    TestCaller(Map<String, String> environment) {
        this.environment = environment;
        try {
            this.directory = Files.createTempDirectory("orchestrator-cli-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int call(String... args) {
        out.reset();
        err.reset();
        return Main.execute(caller(), args);
    }

    Caller caller() {
        return new Caller(stream(out), stream(err), environment, directory, interruption);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    Path directory() {
        return directory;
    }

    Path write(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Path folder = file.getParent();
            Files.createDirectories(folder == null ? directory : folder);
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of a text file, none when it is not there. */
    static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
