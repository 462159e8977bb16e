package io.orchestrator.cli;

import io.orchestrator.store.RunStart;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** When a run starts. */
final class StartOptions {
    private static final int LAST_YEAR = 9_998;

    @Option(
            names = "--start-at",
            paramLabel = "INSTANT",
            description = "Start then and not at once, such as 2026-01-31T03:00:00Z or 2026-01-31T03:00:00+01:00.")
    private Optional<String> at = Optional.empty();

    @Option(
            names = "--start-in",
            paramLabel = "TIME",
            converter = Lengths.class,
            description = "Start after this long and not at once, such as 90m or PT36H.")
    private Optional<Duration> in = Optional.empty();

    RunStart start() {
        if (at.isPresent() && in.isPresent()) {
            throw new Refusal("--start-at and --start-in were both given; expected one of them");
        }
        return at.<RunStart>map(text -> new RunStart.At(instant(text)))
                .or(() -> in.map(RunStart.In::new))
                .orElse(RunStart.NOW);
    }

    private static Instant instant(String text) {
        try {
            OffsetDateTime at = OffsetDateTime.parse(text);
            if (at.getYear() > LAST_YEAR) {
                throw new Refusal("--start-at " + text + ": expected an instant before the year " + (LAST_YEAR + 1));
            }
            return at.toInstant();
        } catch (DateTimeParseException e) {
            throw new Refusal(
                    "--start-at " + text + ": expected an instant with its offset, such as 2026-01-31T03:00:00Z", e);
        }
    }
}
