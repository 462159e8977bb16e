package io.orchestrator.lab.chaos;

import io.orchestrator.json.Json;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The files of one chaos run: the journal, the taker of effects, the agents, the logs. Thread-safe, and safe for any
 * number of processes at once.
 *
 * @param directory absolute
 */
record Scene(Path directory) {
    /** Lays a scene out in an existing directory. */
    static Scene in(Path directory) {
        Scene scene = new Scene(directory.toAbsolutePath());
        try {
            Files.createDirectories(scene.effects());
            Files.createDirectories(scene.logs());
            Files.writeString(scene.directory.resolve("steps.sh"), resource("steps.sh"));
            Files.writeString(scene.agents(), scene.agentsFile().pretty());
            Files.createFile(scene.journal());
            return scene;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + directory, e);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Scene.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Path journal() {
        return directory.resolve("journal.ndjson");
    }

    Path effects() {
        return directory.resolve("effects");
    }

    Path logs() {
        return directory.resolve("logs");
    }

    Path agents() {
        return directory.resolve("agents.json");
    }

    private Json agentsFile() {
        return Json.object(
                "agents",
                Json.object(
                        "Steps1", program("1"),
                        "Steps3", program("3"),
                        "Flaky", program("2", "flaky"),
                        "Endless", program("1", "endless")));
    }

    private Json program(String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "steps.sh"));
        command.addAll(List.of(arguments));
        Json environment = Json.object(
                "CHAOS_JOURNAL",
                journal().toString(),
                "CHAOS_EFFECTS",
                effects().toString());
        return Json.object("command", Json.array(command), "graceMs", 500, "env", environment);
    }

    /** Appends a line with one write, which neither a kill nor another process can tear. */
    void journal(Json line) {
        // No channel: an interrupted thread has to be able to write what it has done.
        try (OutputStream out = new FileOutputStream(journal().toFile(), true)) {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to the journal", e);
        }
    }

    /** A taker that knows keys: whether this one was applied now, for the first time. */
    boolean apply(String key) {
        try {
            Files.createFile(effects().resolve(key.replace('/', '.')));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot apply " + key, e);
        }
    }

    /** Writes the report beside the logs; the folder of all. */
    Path keep(ChaosReport report) {
        try {
            Files.writeString(directory.resolve("report.json"), report.json().pretty());
            Files.write(directory.resolve("report.txt"), report.text());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report to " + directory, e);
        }
    }

    /** Writes a table's rows beside the journal. */
    void keep(String table, List<String> rows) {
        try {
            Files.write(directory.resolve(table + ".ndjson"), rows);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + directory, e);
        }
    }

    /** Removes everything. */
    void delete() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }
}
