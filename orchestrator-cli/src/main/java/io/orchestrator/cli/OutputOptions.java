package io.orchestrator.cli;

import io.orchestrator.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** How a command answers, and how much it tells of what it does. */
public final class OutputOptions {
    /** The form of the result. */
    enum Format {
        TEXT,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            description = "Form of the result on standard output: text for people, or json for one JSON document.")
    private Format format = Format.TEXT;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "What is logged to standard error: error, warn, info, debug or trace.")
    private Optional<LogLevel> logLevel = Optional.empty();

    @Option(
            names = {"-v", "--verbose"},
            description = "Show what agents log, on standard error.")
    private boolean verbose;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "Form of what services log: text for people, or json for one JSON object a line; else"
                    + " LOG_FORMAT, else text.")
    private Optional<Logs.Form> logFormat = Optional.empty();

    // FailureReport asks for it by its name.
    @SuppressWarnings("UnusedVariable")
    @Option(names = "--debug", description = "Show the trace of a fault of the program itself.")
    private boolean debug;

    @SuppressWarnings("UnusedVariable")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    /** What can be asked for with {@code --log-level}. */
    enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean isJson() {
        return format == Format.JSON;
    }

    /** Sets the log levels for a command that people call; to be done first. */
    public void quietLogs() {
        Logs.set(logLevel.orElse(LogLevel.WARN), verbose);
    }

    /** Sets levels and form of the logs for a service; to be done first. */
    void serviceLogs(Caller caller) {
        Logs.set(logLevel.orElse(LogLevel.INFO), verbose);
        Logs.Form form =
                logFormat.orElseGet(() -> new Variables(caller).oneOf("LOG_FORMAT", Logs.Form.class, Logs.Form.TEXT));
        if (form == Logs.Form.JSON) {
            Logs.asJson();
        }
    }

    /** Writes the result, in the form that was asked for. */
    public void answer(Caller caller, Supplier<Json> json, Supplier<List<String>> text) {
        if (isJson()) {
            caller.out().println(json.get());
        } else {
            caller.print(text.get());
        }
    }
}
