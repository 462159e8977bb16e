package io.orchestrator.store;

import io.orchestrator.agent.LogLevel;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of a task's log.
 *
 * @param at by the clock of the worker, to the millisecond
 * @param level of a message; what was printed has none
 * @param text without line feeds
 */
public record LogLine(Instant at, Source source, Optional<LogLevel> level, String text) {
    /** Where a line comes from. */
    public enum Source {
        STDOUT,
        STDERR,
        /** Messages of the agent. */
        LOG,
        /** What the engine has to say of the attempt: an exception's trace, lines that are missing. */
        ENGINE;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Source> of(String wire) {
            return Arrays.stream(values())
                    .filter(source -> source.wire().equals(wire))
                    .findFirst();
        }
    }

    public LogLine {
        at = Instant.ofEpochMilli(at.toEpochMilli());
        if (text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a line of a log has no line feed within it");
        }
    }

    public static LogLine printed(Instant at, Source source, String text) {
        return new LogLine(at, source, Optional.empty(), text);
    }

    public static LogLine message(Instant at, Source source, LogLevel level, String text) {
        return new LogLine(at, source, Optional.of(level), text);
    }
}
