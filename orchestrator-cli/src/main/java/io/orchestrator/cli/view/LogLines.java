package io.orchestrator.cli.view;

import io.orchestrator.agent.LogLevel;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.RunView;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** Lines of agents' logs, for people. */
public final class LogLines {
    /** What sets colours and moves cursors: its letters would be left behind when only its control characters go. */
    private static final Pattern TERMINAL_SEQUENCE = Pattern.compile("\u001B\\[[0-9;:?]*[ -/]*[@-~]");

    private static final DateTimeFormatter AT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private LogLines() {}

    /** When, who, in which attempt, where from, and what. */
    public static String text(Optional<String> phase, RunView.Task task, int attempt, LogLine line) {
        String who = phase.map(name -> name + "/").orElse("") + TaskName.of(task);
        String text = TERMINAL_SEQUENCE.matcher(line.text()).replaceAll("");
        return "%s  %s #%d  %-6s  %s"
                .formatted(
                        AT.format(line.at()), Shortened.harmless(who), attempt, from(line), Shortened.harmless(text));
    }

    private static String from(LogLine line) {
        return switch (line.source()) {
            case STDOUT, STDERR, ENGINE -> line.source().wire();
            case LOG -> line.level().map(LogLevel::wire).orElse("log");
        };
    }
}
