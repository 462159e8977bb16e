package io.orchestrator.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.util.Optional;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** Sets what is logged; {@link LogSetup} says how and where. */
final class Logs {
    /** What agents log; see the worker. */
    private static final String AGENTS = "io.orchestrator.agent";

    /** The form of what is logged. */
    enum Form {
        TEXT,
        JSON
    }

    private Logs() {}

    static void set(OutputOptions.LogLevel level, boolean agents) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext logback) {
            logback.getLogger("io.orchestrator").setLevel(Level.toLevel(level.name()));
            logback.getLogger(AGENTS).setLevel(agents ? Level.INFO : Level.WARN);
        }
    }

    /** From now on one JSON object a line; a configuration of the user's own stays as it is. */
    static void asJson() {
        stderr().ifPresent(appender -> {
            JsonLogLines encoder = new JsonLogLines();
            encoder.setContext(appender.getContext());
            encoder.start();
            appender.stop();
            appender.setEncoder(encoder);
            appender.start();
        });
    }

    /** Whether what reads standard error expects JSON there, and nothing else. */
    static boolean isJson() {
        return stderr().filter(appender -> appender.getEncoder() instanceof JsonLogLines)
                .isPresent();
    }

    private static Optional<ConsoleAppender<ILoggingEvent>> stderr() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext logback
                        && logback.getLogger("ROOT").getAppender(LogSetup.APPENDER)
                                instanceof ConsoleAppender<ILoggingEvent> appender
                ? Optional.of(appender)
                : Optional.empty();
    }
}
