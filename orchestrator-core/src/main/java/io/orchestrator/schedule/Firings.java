package io.orchestrator.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The instants at which a cron expression of five fields fires in a time zone. Immutable, thread-safe.
 *
 * <p>Between two changes of the zone's clocks local times and instants go side by side. What differs is what becomes of
 * times that a change leaves out or brings twice:
 *
 * <ul>
 *   <li>A list of hours means times of the day, of which each fires once: at the change when it is left out, and at the
 *       first of the two when it comes twice.
 *   <li>A wildcard or a step in the hours means a rhythm, which goes on by elapsed time: both times fire. What is left out
 *       fires at the change where hours are stepped; where each hour is meant nothing is missing.
 * </ul>
 */
public final class Firings {
    /** More changes of clocks than any zone has in the longest wait for a firing. */
    private static final int MOST_CHANGES = 10_000;

    private final CronExpression cron;
    private final ZoneId zone;

    private Firings(CronExpression cron, ZoneId zone) {
        this.cron = cron;
        this.zone = zone;
    }

    /**
     * Reads an expression and the name of a zone.
     *
     * @throws InvalidScheduleException when either is not valid, or when the expression names no day that ever comes
     */
    public static Firings of(String cron, String zone) {
        Firings firings = stored(cron, zone);
        if (firings.cron.isNever()) {
            throw new InvalidScheduleException("'" + cron + "' never fires: no month that it names has a day that it"
                    + " names. Expected days that come, such as '0 0 28-31 * *'");
        }
        return firings;
    }

    /** As {@link #of}, also for what was accepted once although it never fires. */
    public static Firings stored(String cron, String zone) {
        return new Firings(CronExpression.parse(cron), zone(zone));
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
        ZoneRules rules = zone.getRules();
        Instant from = instant;
        for (int i = 0; i < MOST_CHANGES; i++) {
            Optional<ZoneOffsetTransition> change = Optional.ofNullable(rules.nextTransition(from));
            Optional<Instant> next = withoutChange(from, rules);
            if (next.isEmpty()
                    || change.isEmpty()
                    || next.get().isBefore(change.get().getInstant())) {
                return next;
            }
            from = change.get().getInstant();
            if (firesAt(change.get())) {
                return Optional.of(from);
            }
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

    /** The first firing after an instant if the clocks went on for ever as they do then. */
    private Optional<Instant> withoutChange(Instant instant, ZoneRules rules) {
        ZoneOffset offset = rules.getOffset(instant);
        LocalDateTime local = LocalDateTime.ofInstant(instant, offset);
        if (!cron.isRhythm()) {
            ZoneOffsetTransition last = rules.previousTransition(instant.plusNanos(1));
            if (last != null && last.isOverlap() && local.isBefore(last.getDateTimeBefore())) {
                // These times were there before the clocks were set back.
                local = last.getDateTimeBefore().minusNanos(1);
            }
        }
        return cron.after(local).map(time -> time.toInstant(offset));
    }

    /** Whether it fires at the very instant of a change. */
    private boolean firesAt(ZoneOffsetTransition change) {
        LocalDateTime after = change.getDateTimeAfter();
        if (change.isOverlap()) {
            return cron.isRhythm() && cron.matches(after);
        }
        boolean leftOut = cron.after(change.getDateTimeBefore().minusNanos(1))
                .filter(time -> time.isBefore(after))
                .isPresent();
        return cron.matches(after) || (leftOut && !cron.isOfEachHour());
    }
}
