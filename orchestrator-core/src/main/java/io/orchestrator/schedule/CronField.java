package io.orchestrator.schedule;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * One of the five fields of a cron expression: a list of values, ranges and steps. Immutable.
 *
 * <p>{@code *} is every value, {@code *}{@code /n} every n-th from the least on, {@code a-b/n} every n-th of a range, and
 * {@code a/n} every n-th from a value to the greatest.
 */
final class CronField {
    /** What a field may hold. */
    enum Kind {
        MINUTE("minute", 0, 59, List.of()),
        HOUR("hour", 0, 23, List.of()),
        DAY_OF_MONTH("day of the month", 1, 31, List.of()),
        MONTH(
                "month",
                1,
                12,
                List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
        /** 7 is Sunday as well as 0, so that {@code 5-7} is from Friday to Sunday. */
        DAY_OF_WEEK("day of the week", 0, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));

        private final String title;
        private final int least;
        private final int most;

        @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
        private final List<String> names;

        Kind(String title, int least, int most, List<String> names) {
            this.title = title;
            this.least = least;
            this.most = most;
            this.names = names;
        }

        private String expected() {
            String numbers = least + " to " + most;
            return names.isEmpty()
                    ? numbers
                    : numbers + " or a name from " + names.getFirst() + " to " + names.getLast();
        }
    }

    private static final int DAYS_OF_WEEK = 7;

    private final String text;
    private final BitSet values;

    private CronField(String text, BitSet values) {
        this.text = text;
        this.values = values;
    }

    /** @throws InvalidScheduleException saying what is wrong with which field */
    static CronField of(Kind kind, String text) {
        BitSet values = new BitSet();
        for (String part : text.split(",", -1)) {
            add(kind, part, values);
        }
        return new CronField(text, values);
    }

    /** Whether the field leaves open which values are meant: cron combines days by this first character. */
    boolean startsWithStar() {
        return text.startsWith("*");
    }

    /** Whether the field describes a rhythm and not a list of values. */
    boolean isRhythm() {
        return text.contains("*") || text.contains("/");
    }

    boolean has(int value) {
        return values.get(value);
    }

    /** The least value from this one on. */
    OptionalInt from(int value) {
        int next = values.nextSetBit(value);
        return next < 0 ? OptionalInt.empty() : OptionalInt.of(next);
    }

    int size() {
        return values.cardinality();
    }

    private static void add(Kind kind, String part, BitSet values) {
        String[] stepped = part.split("/", -1);
        if (stepped.length > 2) {
            throw fault(kind, part, "at most one step, such as */15");
        }
        boolean hasStep = stepped.length == 2;
        int step = hasStep ? step(kind, part, stepped[1]) : 1;
        int last = kind == Kind.DAY_OF_WEEK ? DAYS_OF_WEEK - 1 : kind.most;
        int from;
        int to;
        if (stepped[0].equals("*")) {
            from = kind.least;
            to = last;
        } else {
            String[] ends = stepped[0].split("-", -1);
            if (ends.length > 2) {
                throw fault(kind, part, "a range of two values, such as 1-5");
            }
            from = value(kind, part, ends[0]);
            to = ends.length == 2 ? value(kind, part, ends[1]) : hasStep ? last : from;
            if (ends.length == 2 && from > to) {
                throw fault(
                        kind,
                        part,
                        "a range whose end is not before its beginning; two ranges divided by a comma go"
                                + " over the end");
            }
        }
        // A step from 7 on begins at the end of the week, and is Sunday alone.
        for (int value = from; value <= Math.max(from, to); value += step) {
            values.set(kind == Kind.DAY_OF_WEEK ? value % DAYS_OF_WEEK : value);
        }
    }

    private static int value(Kind kind, String part, String text) {
        int named = kind.names.indexOf(text.toUpperCase(Locale.ROOT));
        if (named >= 0) {
            return kind.least + named;
        }
        return number(text, kind.least, kind.most).orElseThrow(() -> fault(kind, part, kind.expected()));
    }

    private static int step(Kind kind, String part, String text) {
        return number(text, 1, kind.most)
                .orElseThrow(() -> fault(kind, part, "a step from 1 to " + kind.most + " behind the /"));
    }

    private static OptionalInt number(String text, int least, int most) {
        if (!text.matches("\\+?[0-9]{1,4}")) {
            return OptionalInt.empty();
        }
        int value = Integer.parseInt(text);
        return value >= least && value <= most ? OptionalInt.of(value) : OptionalInt.empty();
    }

    private static InvalidScheduleException fault(Kind kind, String part, String expected) {
        return new InvalidScheduleException("the " + kind.title + " '" + part + "': expected " + expected);
    }
}
