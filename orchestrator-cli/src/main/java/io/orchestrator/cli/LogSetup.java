package io.orchestrator.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Logs to standard error. In code, because reading it from XML would take a good part of a short command's time; a file of
 * {@code -Dlogback.configurationFile} still goes before. Called by logback, which finds it as a service.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
    /** The name of what writes to standard error. */
    static final String APPENDER = "STDERR";

    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n";

    /** Made by logback. */
    public LogSetup() {}

    @Override
    public ExecutionStatus configure(LoggerContext logback) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logback);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(logback);
        stderr.setName(APPENDER);
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        logback.getLogger("ROOT").setLevel(Level.WARN);
        logback.getLogger("ROOT").addAppender(stderr);
        // What they warn of is told of in the product's own words.
        for (String noisy : new String[] {"com.zaxxer.hikari", "io.lettuce", "io.netty"}) {
            logback.getLogger(noisy).setLevel(Level.ERROR);
        }
        // It quotes requests that are no HTTP, and whoever sends them is told.
        logback.getLogger("org.eclipse.jetty.http").setLevel(Level.ERROR);
        logback.getLogger("io.javalin").setLevel(Level.OFF);
        logback.getLogger("org.flywaydb").setLevel(Level.OFF);
        // Its support for older versions of Postgres is sold apart; what the engine asks of them is tested on them.
        logback.getLogger("org.jooq.impl.DefaultExecuteContext.logVersionSupport")
                .setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
