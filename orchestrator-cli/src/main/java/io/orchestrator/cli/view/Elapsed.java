package io.orchestrator.cli.view;

import java.time.Duration;
import java.util.Locale;

/** Durations for people: {@code 0.4s}, {@code 12s}, {@code 3m 05s}, {@code 2h 14m}, {@code 1d 03h}. */
public final class Elapsed {
    private Elapsed() {}

    /** Two units at most; a negative duration, which clocks of two machines can give, counts as none. */
    public static String text(Duration duration) {
        Duration length = duration.isNegative() ? Duration.ZERO : duration;
        if (length.compareTo(Duration.ofSeconds(10)) < 0) {
            return String.format(Locale.ROOT, "%.1fs", Math.floor(length.toMillis() / 100.0) / 10);
        }
        if (length.compareTo(Duration.ofMinutes(1)) < 0) {
            return length.toSeconds() + "s";
        }
        if (length.compareTo(Duration.ofHours(1)) < 0) {
            return String.format(Locale.ROOT, "%dm %02ds", length.toMinutes(), length.toSecondsPart());
        }
        if (length.compareTo(Duration.ofDays(1)) < 0) {
            return String.format(Locale.ROOT, "%dh %02dm", length.toHours(), length.toMinutesPart());
        }
        return String.format(Locale.ROOT, "%dd %02dh", length.toDays(), length.toHoursPart());
    }
}
