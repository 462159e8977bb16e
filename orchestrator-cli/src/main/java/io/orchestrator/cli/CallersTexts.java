package io.orchestrator.cli;

import io.orchestrator.worker.program.SystemText;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Whether what a command was called with is what its caller meant. Two keys that cannot be read must not become one. */
final class CallersTexts {
    private static final String OWN_PREFIX = "ORCHESTRATOR_";
    private static final Set<String> READ_BY_NAME =
            Set.of("DATABASE_URL", "REDIS_URL", "HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME");

    private final SystemText system;

    CallersTexts(SystemText system) {
        this.system = system;
    }

    /**
     * A sentence about the first text that did not arrive as it was given; empty when all did.
     *
     * @param directory the working directory as the JVM has read it; a path made of it would not show the damage
     */
    Optional<String> problem(Map<String, String> environment, String directory, String... args) {
        for (int i = 0; i < args.length; i++) {
            if (!system.isIntact(args[i])) {
                return Optional.of("argument " + (i + 1) + ", '" + args[i] + "', cannot be read: " + system.reason());
            }
        }
        // What it does not read itself it hands on to agents byte by byte, if at all.
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String name = variable.getKey();
            boolean isRead = name.startsWith(OWN_PREFIX) || READ_BY_NAME.contains(name);
            if (isRead && !system.isIntact(variable.getValue())) {
                // Not the value: it may be a password.
                return Optional.of("the environment variable " + name + " cannot be read: " + system.reason());
            }
        }
        return system.isIntact(directory)
                ? Optional.empty()
                : Optional.of("the working directory, '" + directory + "', cannot be read: " + system.reason());
    }
}
