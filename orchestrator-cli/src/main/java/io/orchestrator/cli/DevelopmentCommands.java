package io.orchestrator.cli;

import java.util.Map;
import java.util.function.Function;

/**
 * Commands that a module beside the program adds, found as a service ({@code META-INF/services}) on the class path. What
 * operators run stays without them: images carry the program alone.
 */
public interface DevelopmentCommands {
    /** Factories of picocli commands by name; a command is a {@code Callable<Integer>} that gives its exit code. */
    Map<String, Function<Caller, Object>> byName();
}
