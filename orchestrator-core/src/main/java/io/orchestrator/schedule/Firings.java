package io.orchestrator.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The instants at which a cron expression of five fields fires in a time zone. Immutable, thread-safe.
 *
 * <p>The expression is read in local time, which knows no changes, and only what it gives is placed in the zone: so every
 * local time fires exactly once, whatever the zone does to it.
 */
public final class Firings {
    /** Of the longest rhythm that an expression can have, a leap day that is skipped by a century. */
    private static final int MOST_LOCAL_TIMES = 100_000;

    private final ExecutionTime local;
    private final ZoneId zone;

    private Firings(ExecutionTime local, ZoneId zone) {
        this.local = local;
        this.zone = zone;
    }

    /**
     * Reads an expression and the name of a zone.
     *
     * @throws InvalidScheduleException when either is not valid
     */
    public static Firings of(String cron, String zone) {
        return new Firings(ExecutionTime.forCron(parse(cron)), zone(zone));
    }

    private static Cron parse(String cron) {
        try {
            return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                    .parse(cron)
                    .validate();
        } catch (IllegalArgumentException e) {
            throw new InvalidScheduleException(
                    "'" + cron + "' is no cron expression (" + e.getMessage()
                            + "); expected five fields: minute, hour, day of month, month, day of week,"
                            + " such as '0 3 * * *' for every day at three",
                    e);
        }
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new InvalidScheduleException(
                    "'" + name + "' is no time zone; expected a name such as Europe/Berlin, America/New_York or UTC",
                    e);
        }
    }

    /** The first firing after an instant; empty when there is none any more. */
    public Optional<Instant> after(Instant instant) {
        LocalDateTime from = LocalDateTime.ofInstant(instant, zone);
        for (int i = 0; i < MOST_LOCAL_TIMES; i++) {
            Optional<LocalDateTime> next =
                    local.nextExecution(from.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            Instant fires = inZone(next.get());
            if (fires.isAfter(instant)) {
                return Optional.of(fires);
            }
            from = next.get();
        }
        return Optional.empty();
    }

    /** The next firings after an instant, at most so many. */
    public List<Instant> next(Instant instant, int most) {
        List<Instant> result = new ArrayList<>();
        Optional<Instant> next = after(instant);
        while (next.isPresent() && result.size() < most) {
            result.add(next.get());
            next = after(next.get());
        }
        return result;
    }

    /** In a gap the instant of the change, in an overlap the first of the two. */
    private Instant inZone(LocalDateTime time) {
        ZoneOffsetTransition transition = zone.getRules().getTransition(time);
        return transition != null && transition.isGap()
                ? transition.getInstant()
                : time.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
    }
}
