package io.orchestrator.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command was called from.
 *
 * @param out for results
 * @param err for people: progress, logs, errors
 * @param environment variables
 * @param directory the working directory, absolute
 * @param interruption made by signals
 */
public record Caller(
        PrintStream out, PrintStream err, Map<String, String> environment, Path directory, Interruption interruption) {
    /** A variable that is set and not blank. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    public Path resolve(Path path) {
        return directory.resolve(path).normalize();
    }

    public void tell(String line) {
        err.println(line);
    }

    public void print(List<String> lines) {
        lines.forEach(out::println);
    }
}
