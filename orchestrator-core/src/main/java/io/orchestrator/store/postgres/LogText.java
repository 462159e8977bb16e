package io.orchestrator.store.postgres;

import io.orchestrator.agent.LogLevel;
import io.orchestrator.json.StorableText;
import io.orchestrator.store.LogLine;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Lines of a log as the text of a row: {@code 1764554400123 log:warn text}, each ending with a line feed. Pure. */
final class LogText {
    private LogText() {}

    static String of(List<LogLine> lines) {
        return lines.stream().map(LogText::row).collect(Collectors.joining());
    }

    private static String row(LogLine line) {
        String level = line.level().map(l -> ":" + l.wire()).orElse("");
        return line.at().toEpochMilli() + " " + line.source().wire() + level + " "
                + StorableText.characters(line.text()) + "\n";
    }

    /** What somebody has changed by hand is shown as it is. */
    static List<LogLine> lines(String rows) {
        return Arrays.stream(rows.split("\n")).map(LogText::line).toList();
    }

    private static LogLine line(String row) {
        String[] parts = row.split(" ", 3);
        if (parts.length < 3 || !parts[0].matches("-?\\d{1,18}")) {
            return unknown(row);
        }
        String[] from = parts[1].split(":", 2);
        Optional<LogLevel> level = from.length < 2 ? Optional.empty() : LogLevel.of(from[1]);
        return LogLine.Source.of(from[0])
                .map(source -> new LogLine(Instant.ofEpochMilli(Long.parseLong(parts[0])), source, level, parts[2]))
                .orElseGet(() -> unknown(row));
    }

    private static LogLine unknown(String row) {
        return new LogLine(Instant.EPOCH, LogLine.Source.ENGINE, Optional.empty(), row);
    }
}
