package io.orchestrator.worker.program;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the program that a command means, by the rules of a shell. */
sealed interface CommandLookup {
    record Found(Path program) implements CommandLookup {}

    record Missing(String reason) implements CommandLookup {}

    static CommandLookup of(String command, String path, Path directory) {
        try {
            return command.indexOf('/') >= 0 ? byPath(command, directory) : byName(command, path, directory);
        } catch (InvalidPathException e) {
            return new Missing("'" + command + "' cannot be the path of a program: " + e.getReason());
        }
    }

    static Optional<Path> inPath(String name, String path, Path directory) {
        for (String folder : path.split(":", -1)) {
            Optional<Path> candidate = path(directory, folder, name);
            if (candidate.filter(CommandLookup::isProgram).isPresent()) {
                return candidate.map(Path::toAbsolutePath);
            }
        }
        return Optional.empty();
    }

    /** A folder whose name Java cannot read is no reason not to look into the others. */
    private static Optional<Path> path(Path directory, String folder, String name) {
        try {
            return Optional.of(directory.resolve(folder).resolve(name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static CommandLookup byName(String command, String path, Path directory) {
        Optional<Path> found = inPath(command, path, directory);
        return found.isPresent()
                ? new Found(found.get())
                : new Missing("command '" + command + "' not found in PATH " + path
                        + ": install it, or name the program with a path, such as ./" + command);
    }

    private static CommandLookup byPath(String command, Path directory) {
        Path program = directory.resolve(command).toAbsolutePath().normalize();
        if (isProgram(program)) {
            return new Found(program);
        }
        if (Files.isDirectory(program)) {
            return new Missing("command '" + command + "' is a directory: " + program);
        }
        return new Missing(
                Files.exists(program)
                        ? "command '" + command + "' is not executable: run chmod +x " + program
                        : "command '" + command + "' not found: there is no file " + program);
    }

    private static boolean isProgram(Path candidate) {
        return Files.isRegularFile(candidate) && Files.isExecutable(candidate);
    }
}
