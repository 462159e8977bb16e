package io.orchestrator.schedule;

import io.orchestrator.schedule.CronField.Kind;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression of five fields, read as cron reads it: the local times that it names, in a world whose clocks never
 * change. Immutable.
 *
 * <p>Where neither day field begins with {@code *}, a day that either of them names is meant; else a day that both name.
 */
final class CronExpression {
    private static final int FIELDS = 5;
    private static final int HOURS = 24;
    private static final int MINUTES_PER_HOUR = 60;

    /** After as many days the calendar repeats itself, weekdays included. */
    private static final int DAYS_OF_ALL_YEARS = 146_097;

    private static final LocalDateTime ANY_TIME = LocalDate.of(2000, 1, 1).atStartOfDay();

    private final CronField minute;
    private final CronField hour;
    private final CronField dayOfMonth;
    private final CronField month;
    private final CronField dayOfWeek;

    private CronExpression(String[] fields) {
        this.minute = CronField.of(Kind.MINUTE, fields[0]);
        this.hour = CronField.of(Kind.HOUR, fields[1]);
        this.dayOfMonth = CronField.of(Kind.DAY_OF_MONTH, fields[2]);
        this.month = CronField.of(Kind.MONTH, fields[3]);
        this.dayOfWeek = CronField.of(Kind.DAY_OF_WEEK, fields[4]);
    }

    /** @throws InvalidScheduleException when it is none */
    static CronExpression parse(String text) {
        String[] fields = text.strip().split("\\s+");
        if (fields.length != FIELDS) {
            throw fault(text, "it has " + (text.isBlank() ? 0 : fields.length) + " fields", null);
        }
        try {
            return new CronExpression(fields);
        } catch (InvalidScheduleException e) {
            throw fault(text, String.valueOf(e.getMessage()), e);
        }
    }

    private static InvalidScheduleException fault(
            String text, String reason, @Nullable InvalidScheduleException cause) {
        String message =
                "'" + text + "' is no cron expression (" + reason + "); expected five fields: minute, hour, day"
                        + " of month, month, day of week, such as '0 3 * * *' for every day at three";
        return cause == null ? new InvalidScheduleException(message) : new InvalidScheduleException(message, cause);
    }

    /** Whether it goes on through the day at a rhythm: its hours are a wildcard or a step, and not a list of hours. */
    boolean isRhythm() {
        return hour.isRhythm();
    }

    /** Whether it is a rhythm that no hour is left out of. */
    boolean isOfEachHour() {
        return isRhythm() && hour.size() == HOURS;
    }

    /** Whether no day of any year is meant, such as 31 February. */
    boolean isNever() {
        return after(ANY_TIME).isEmpty();
    }

    boolean matches(LocalDateTime time) {
        return time.equals(time.truncatedTo(ChronoUnit.MINUTES))
                && minute.has(time.getMinute())
                && hour.has(time.getHour())
                && isDay(time.toLocalDate());
    }

    /** The first time after this one. */
    Optional<LocalDateTime> after(LocalDateTime time) {
        LocalDateTime first = time.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        LocalDate day = first.toLocalDate();
        int from = first.getHour() * MINUTES_PER_HOUR + first.getMinute();
        for (int days = 0; days <= DAYS_OF_ALL_YEARS; days++) {
            if (isDay(day)) {
                OptionalInt found = minuteOfDay(from);
                if (found.isPresent()) {
                    return Optional.of(day.atStartOfDay().plusMinutes(found.getAsInt()));
                }
            }
            day = day.plusDays(1);
            from = 0;
        }
        return Optional.empty();
    }

    private OptionalInt minuteOfDay(int from) {
        OptionalInt inHour = minute.from(from % MINUTES_PER_HOUR);
        int fromHour = from / MINUTES_PER_HOUR;
        if (hour.has(fromHour) && inHour.isPresent()) {
            return OptionalInt.of(fromHour * MINUTES_PER_HOUR + inHour.getAsInt());
        }
        OptionalInt laterHour = hour.from(fromHour + 1);
        return laterHour.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(
                        laterHour.getAsInt() * MINUTES_PER_HOUR + minute.from(0).orElseThrow());
    }

    private boolean isDay(LocalDate day) {
        if (!month.has(day.getMonthValue())) {
            return false;
        }
        boolean inMonth = dayOfMonth.has(day.getDayOfMonth());
        boolean inWeek = dayOfWeek.has(day.getDayOfWeek().getValue() % 7);
        boolean eitherWillDo = !dayOfMonth.startsWithStar() && !dayOfWeek.startsWithStar();
        return eitherWillDo ? inMonth || inWeek : inMonth && inWeek;
    }
}
