package io.orchestrator.plan;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** The durations that documents may name: above zero, and short enough to be added to any instant. */
final class IsoDuration {
    static final String EXPECTED = "a duration above zero and of at most 3650 days";

    private static final Duration LONGEST = Duration.ofDays(3650);

    private IsoDuration() {}

    /** Empty where the text is no duration or not within the bounds. */
    static Optional<Duration> read(String text) {
        try {
            return Optional.of(Duration.parse(text)).filter(d -> d.isPositive() && d.compareTo(LONGEST) <= 0);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
