package io.orchestrator.worker.program;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to start.
 *
 * @param command the program's absolute path and its arguments
 * @param directory the working directory
 * @param environment all variables of the process; nothing is inherited
 * @param attemptId unique for this start on this host; how stray members of the tree are recognised
 */
public record Launch(List<String> command, Path directory, Map<String, String> environment, String attemptId) {
    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty() || !Path.of(command.getFirst()).isAbsolute()) {
            throw new IllegalArgumentException("a launch needs an absolute path to its program, found " + command);
        }
    }
}
