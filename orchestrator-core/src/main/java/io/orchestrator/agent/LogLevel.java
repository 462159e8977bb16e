package io.orchestrator.agent;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much a message of a task's log matters. */
public enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    ERROR;

    /** In lower case, as programs send it and documents show it. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The level of that name in whatever case; empty for a word that is none. */
    public static Optional<LogLevel> of(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name().equalsIgnoreCase(name))
                .findFirst();
    }
}
