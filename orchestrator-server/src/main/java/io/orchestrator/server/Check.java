package io.orchestrator.server;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A server that this process works with.
 *
 * @param name as it stands in the answer
 * @param isRequired whether the process is of no use without it; it is degraded otherwise
 * @param problem asks it, and says in words what is wrong, or nothing; may block and may throw
 */
public record Check(String name, boolean isRequired, Supplier<Optional<String>> problem) {
    public static Check required(String name, Supplier<Optional<String>> problem) {
        return new Check(name, true, problem);
    }

    public static Check optional(String name, Supplier<Optional<String>> problem) {
        return new Check(name, false, problem);
    }
}
