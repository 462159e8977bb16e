package io.orchestrator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Firings around every change of the clocks of odd zones, compared with a walk from minute to minute. */
class ClockChangesTest {
    private static final Duration AROUND = Duration.ofHours(30);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A zone, and a year in which its clocks did something odd. */
    private static final List<Arguments> ZONES = List.of(
            Arguments.of("Europe/Berlin", 2026),
            Arguments.of("America/New_York", 2026),
            // Half an hour.
            Arguments.of("Australia/Lord_Howe", 2026),
            // At midnight, so that a day begins at one.
            Arguments.of("America/Sao_Paulo", 2018),
            Arguments.of("America/Asuncion", 2022),
            // Back for Ramadan, and forward after it.
            Arguments.of("Africa/Casablanca", 2026),
            // Without the 30th of December.
            Arguments.of("Pacific/Apia", 2011),
            // Two hours.
            Arguments.of("Antarctica/Troll", 2026),
            // A quarter of an hour, once and for all.
            Arguments.of("Asia/Kathmandu", 1986),
            // The same day twice.
            Arguments.of("Pacific/Kwajalein", 1969));

    private static final List<String> EXPRESSIONS = List.of(
            "*/20 * * * *",
            "*/5 * * * *",
            "7 * * * *",
            "0 */2 * * *",
            "30 1/3 * * *",
            "15 0-23 * * *",
            "0 0 * * *",
            "30 0 * * *",
            "30 1 * * *",
            "15 2 * * *",
            "0 3 * * *",
            "*/10 1,2 * * *",
            "0 12 30 12 *",
            "45 23 * * 6,7");

    static Stream<Arguments> zonesAndExpressions() {
        return ZONES.stream()
                .flatMap(zone -> EXPRESSIONS.stream().map(cron -> Arguments.of(zone.get()[0], zone.get()[1], cron)));
    }

    @ParameterizedTest
    @MethodSource("zonesAndExpressions")
    void every_firing_around_a_change_is_one_that_a_walk_by_minutes_finds(String zone, int year, String cron) {
        List<ZoneOffsetTransition> changes = changes(ZoneId.of(zone), year);
        assertThat(changes).isNotEmpty();
        for (ZoneOffsetTransition change : changes) {
            Instant from = change.getInstant().minus(AROUND);
            Instant to = change.getInstant().plus(AROUND);

            List<Instant> found = new ArrayList<>();
            Firings firings = Firings.of(cron, zone);
            for (var next = firings.after(from);
                    next.filter(to::isAfter).isPresent();
                    next = firings.after(next.get())) {
                found.add(next.get());
            }

            assertThat(found).as("%s around %s", cron, change).isEqualTo(walk(cron, ZoneId.of(zone), from, to));
        }
    }

    private static List<ZoneOffsetTransition> changes(ZoneId zone, int year) {
        Instant end = LocalDate.of(year + 1, 1, 2).atStartOfDay(zone).toInstant();
        List<ZoneOffsetTransition> changes = new ArrayList<>();
        ZoneOffsetTransition change = zone.getRules()
                .nextTransition(
                        LocalDate.of(year, 1, 1).minusDays(2).atStartOfDay(zone).toInstant());
        while (change != null && change.getInstant().isBefore(end)) {
            changes.add(change);
            change = zone.getRules().nextTransition(change.getInstant());
        }
        return changes;
    }

    /** By nothing but the clock on the wall: what it shows each minute, what it has shown, and what it jumps over. */
    private static List<Instant> walk(String cron, ZoneId zone, Instant from, Instant to) {
        boolean rhythm = cron.split(" ")[1].matches(".*[*/].*");
        boolean eachHour = cron.split(" ")[1].equals("*");
        Set<LocalDateTime> shown = new HashSet<>();
        List<Instant> firings = new ArrayList<>();
        LocalDateTime before = LocalDateTime.ofInstant(from.minus(AROUND), zone);
        for (Instant at = from.minus(AROUND).plus(MINUTE); at.isBefore(to); at = at.plus(MINUTE)) {
            LocalDateTime wall = LocalDateTime.ofInstant(at, zone);
            boolean fires = matches(cron, wall) && (rhythm || !shown.contains(wall));
            for (LocalDateTime skipped = before.plusMinutes(1);
                    skipped.isBefore(wall);
                    skipped = skipped.plusMinutes(1)) {
                fires |= !eachHour && matches(cron, skipped);
            }
            if (fires && at.isAfter(from)) {
                firings.add(at);
            }
            shown.add(wall);
            before = wall;
        }
        return firings;
    }

    /** For expressions in which at most one day field is given. */
    private static boolean matches(String cron, LocalDateTime time) {
        String[] fields = cron.split(" ");
        return matches(fields[0], time.getMinute(), 0)
                && matches(fields[1], time.getHour(), 0)
                && matches(fields[2], time.getDayOfMonth(), 1)
                && matches(fields[3], time.getMonthValue(), 1)
                && (matches(fields[4], time.getDayOfWeek().getValue(), 0)
                        || matches(fields[4], time.getDayOfWeek().getValue() % 7, 0));
    }

    private static boolean matches(String field, int value, int least) {
        return Stream.of(field.split(",")).anyMatch(part -> {
            String[] step = part.split("/");
            String[] ends = step[0].split("-");
            int from = step[0].equals("*") ? least : Integer.parseInt(ends[0]);
            int to = ends.length == 2 ? Integer.parseInt(ends[1]) : step[0].equals("*") || step.length == 2 ? 99 : from;
            return value >= from
                    && value <= to
                    && (value - from) % (step.length == 2 ? Integer.parseInt(step[1]) : 1) == 0;
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void without_changes_a_library_finds_the_same_times_where_it_reads_days_as_cron_does(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            boolean byWeek = random.nextBoolean();
            String cron = String.join(
                    " ",
                    field(random, 0, 59),
                    field(random, 0, 23),
                    byWeek ? "*" : field(random, 1, 28),
                    field(random, 1, 12),
                    byWeek ? field(random, 0, 6) : "*");
            ExecutionTime library = ExecutionTime.forCron(
                    new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(cron));
            Firings firings = Firings.of(cron, "UTC");
            ZonedDateTime at = ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
            for (int firing = 0; firing < 5; firing++) {
                ZonedDateTime expected = library.nextExecution(at).orElseThrow();
                assertThat(firings.after(at.toInstant())).as(cron).contains(expected.toInstant());
                at = expected;
            }
        }
    }

    private static String field(Random random, int least, int most) {
        int low = random.nextInt(least, most);
        int high = random.nextInt(low + 1, most + 1);
        return switch (random.nextInt(5)) {
            case 0, 1 -> "*";
            case 2 -> "*/" + random.nextInt(1, most + 1);
            case 3 -> low + "," + high;
            default -> low + "-" + high + "/" + random.nextInt(1, most + 1);
        };
    }
}
