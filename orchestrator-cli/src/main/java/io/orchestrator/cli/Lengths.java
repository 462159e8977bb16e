package io.orchestrator.cli;

import io.orchestrator.json.StorageLimits;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads lengths of time: {@code 15s}, {@code 500ms}, {@code 2m}, {@code 1.5h}, seconds without a unit, or ISO 8601; none is longer than can be stored. */
final class Lengths implements ITypeConverter<Duration> {
    private static final Pattern SIMPLE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|)");

    @Override
    public Duration convert(String text) {
        Matcher simple = SIMPLE.matcher(text);
        Duration length = simple.matches() ? simple(simple.group(1), simple.group(2)) : iso(text);
        if (length.isNegative()) {
            throw unreadable(text);
        }
        if (length.compareTo(StorageLimits.LONGEST_WAIT) > 0) {
            throw new TypeConversionException(
                    "expected at most %,d days, found '%s'".formatted(StorageLimits.LONGEST_WAIT.toDays(), text));
        }
        return length;
    }

    private static Duration simple(String number, String unit) {
        long unitMs = switch (unit) {
            case "ms" -> 1;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 1_000;
        };
        return Duration.ofMillis(
                new BigDecimal(number).multiply(BigDecimal.valueOf(unitMs)).longValue());
    }

    private static Duration iso(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw unreadable(text);
        }
    }

    private static TypeConversionException unreadable(String text) {
        return new TypeConversionException(
                "expected a length of time such as 15s, 500ms, 2m, 36h or P400D, found '" + text + "'");
    }
}
