package io.orchestrator.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** Sets what is logged; {@link LogSetup} says how and where. */
final class Logs {
    /** What agents log; see the worker. */
    private static final String AGENTS = "io.orchestrator.agent";

    private Logs() {}

    static void set(OutputOptions.LogLevel level, boolean agents) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext logback) {
            logback.getLogger("io.orchestrator").setLevel(Level.toLevel(level.name()));
            logback.getLogger(AGENTS).setLevel(agents ? Level.INFO : Level.WARN);
        }
    }
}
