package io.orchestrator.store;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonPointer;
import io.orchestrator.json.StorableText;
import io.orchestrator.json.StorageLimits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Documents by a seed: numbers, text, depths, names, times and sizes up to their limits, and in one of four a single value
 * beyond a limit, at a place that is known. What is storable is decided here, by construction, and not by the definition
 * that is under test.
 */
final class AnyDocuments {
    /** Where the one fault is, and whether it is of the kind that is mended in what agents say. */
    record Fault(String place, boolean mendable) {}

    record Sample(Json document, Optional<Fault> fault) {}

    /** A value that cannot be stored; the place is that of the value within what is returned. */
    private record Planted(Json value, JsonPointer place, boolean mendable) {}

    private static final int DEEPEST = StorageLimits.DEEPEST - 5;

    private final Random random;

    AnyDocuments(long seed) {
        this.random = new Random(seed);
    }

    List<Sample> next(int count) {
        List<Sample> samples = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            samples.add(sample());
        }
        return samples;
    }

    private Sample sample() {
        if (random.nextInt(4) > 0) {
            return new Sample(value(random.nextInt(4)), Optional.empty());
        }
        Planted planted = bad();
        for (int levels = random.nextInt(4); levels > 0; levels--) {
            planted = wrapped(planted);
        }
        return new Sample(planted.value(), Optional.of(new Fault(planted.place().text(), planted.mendable())));
    }

    /** One level further up: behind good elements of an array, or among the good fields of an object. */
    private Planted wrapped(Planted inner) {
        if (random.nextBoolean()) {
            List<Json> elements = new ArrayList<>();
            int before = random.nextInt(3);
            for (int i = 0; i < before; i++) {
                elements.add(value(1));
            }
            elements.add(inner.value());
            elements.add(value(0));
            return new Planted(
                    Json.array(elements),
                    new JsonPointer("/" + before + inner.place().text()),
                    inner.mendable());
        }
        Json good = object(1);
        String name = "bad/" + text();
        String place = JsonPointer.ROOT.child(name).text() + inner.place().text();
        return new Planted(good.with(name, inner.value()), new JsonPointer(place), inner.mendable());
    }

    private Planted bad() {
        JsonPointer here = JsonPointer.ROOT;
        return switch (random.nextInt(10)) {
            case 0 -> new Planted(Json.of(text() + '\0' + text()), here, true);
            case 1 -> new Planted(Json.of(text() + "\ud83d"), here, true);
            case 2 -> new Planted(Json.of("\ude00" + text()), here, true);
            case 3 -> {
                String name = badName();
                yield new Planted(Json.object(name, 1), here.child(shown(name)), true);
            }
            case 9 -> {
                String name = badName();
                Json twins = Json.object(StorableText.characters(name), 1, name, 2);
                yield new Planted(twins, here.child(shown(name)), false);
            }
            case 4 ->
                new Planted(
                        Json.parse(sign() + "1e" + anyOf(1_100, 1_101, 131_071, 131_072, 999_999_999)), here, false);
            case 5 ->
                new Planted(Json.parse(sign() + "1e-" + anyOf(1_101, 1_102, 16_383, 16_384, 999_999_999)), here, false);
            case 6 -> new Planted(Json.of(new BigInteger("9".repeat(StorageLimits.MOST_DIGITS + 1))), here, false);
            case 7 -> {
                String name = "n".repeat(StorageLimits.LONGEST_FIELD_NAME + 1 + random.nextInt(9));
                yield new Planted(Json.object(name, value(0)), here.child(name), false);
            }
            default -> new Planted(nested(StorageLimits.DEEPEST + 1), here, false);
        };
    }

    private String badName() {
        return "n" + List.of("\0", "\ud83d", "\ude00").get(random.nextInt(3)) + random.nextInt();
    }

    /** As a place names it, which people have to read. */
    private static String shown(String name) {
        return name.replace("\0", "\\u0000").replace("\ud83d", "\\ud83d").replace("\ude00", "\\ude00");
    }

    private int anyOf(int... values) {
        return values[random.nextInt(values.length)];
    }

    private Json value(int depth) {
        int kind = random.nextInt(depth > 0 ? 12 : 8);
        return switch (kind) {
            case 0 -> Json.NULL;
            case 1 -> Json.of(random.nextBoolean());
            case 2, 3 -> Json.of(text());
            case 4 -> random.nextInt(20) == 0 ? Json.of(largeText()) : Json.of(time());
            case 5, 6, 7 -> number();
            case 8 -> random.nextInt(10) == 0 ? nested(1 + random.nextInt(DEEPEST - 5)) : array(depth);
            case 9 -> array(depth);
            default -> object(depth);
        };
    }

    private Json array(int depth) {
        List<Json> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            elements.add(value(depth - 1));
        }
        return Json.array(elements);
    }

    private Json object(int depth) {
        Json.ObjectBuilder fields = Json.builder();
        for (int i = random.nextInt(4); i > 0; i--) {
            fields.put(name(), value(depth - 1));
        }
        return fields.build();
    }

    private static Json nested(int levels) {
        StringBuilder opening = new StringBuilder();
        StringBuilder closing = new StringBuilder();
        for (int i = 0; i < levels; i++) {
            opening.append(i % 2 == 0 ? "[" : "{\"n\":");
            closing.insert(0, i % 2 == 0 ? ']' : '}');
        }
        return Json.parseStored(opening + "7" + closing);
    }

    private Json number() {
        return switch (random.nextInt(60)) {
            case 0 -> atTheBounds();
            case 1, 2, 3, 4, 5, 6 -> Json.of(random.nextInt(100) - 50);
            case 7, 8, 9, 10, 11, 12 -> Json.of(random.nextLong());
            case 13, 14, 15, 16, 17, 18, 19, 20, 21 -> Json.of(anyDouble());
            case 22, 23 -> Json.of(new BigDecimal(anyDouble()));
            case 24, 25, 26, 27 -> Json.of(Float.intBitsToFloat(random.nextInt(0x7f800000)));
            case 28, 29, 30, 31, 32, 33, 34, 35, 36 ->
                Json.parse(sign() + (1 + random.nextInt(9)) + "e" + (random.nextInt(2 * 1_099) - 1_099));
            default -> Json.parse(sign() + digits(1 + random.nextInt(40)) + "." + digits(1 + random.nextInt(40)) + "0");
        };
    }

    /** With as many digits as can be, on one side of the decimal point or on both. */
    private Json atTheBounds() {
        return switch (random.nextInt(3)) {
            case 0 -> Json.of(new BigInteger(digits(StorageLimits.MOST_DIGITS)));
            case 1 -> Json.of(new BigDecimal(new BigInteger(digits(9)), StorageLimits.MOST_DIGITS));
            default ->
                Json.of(new BigDecimal(
                        new BigInteger(digits(2 * StorageLimits.MOST_DIGITS)), StorageLimits.MOST_DIGITS));
        };
    }

    private double anyDouble() {
        double any = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(any) ? any : Double.MIN_VALUE;
    }

    private String sign() {
        return random.nextBoolean() ? "-" : "";
    }

    /** So many, not beginning with a zero. */
    private String digits(int count) {
        StringBuilder digits = new StringBuilder().append((char) ('1' + random.nextInt(9)));
        while (digits.length() < count) {
            digits.append((char) ('0' + random.nextInt(10)));
        }
        return digits.toString();
    }

    private String time() {
        return random.nextBoolean()
                ? Instant.ofEpochSecond(
                                random.nextLong(-60_000_000_000L, 250_000_000_000L), random.nextInt(1_000_000_000))
                        .toString()
                : Duration.ofSeconds(random.nextLong() >> 12, random.nextInt(1_000_000_000))
                        .toString();
    }

    private String name() {
        return random.nextInt(50) == 0 ? "n".repeat(StorageLimits.LONGEST_FIELD_NAME) : text();
    }

    /** Everything that has a meaning in JSON, in SQL or to a terminal is among it. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            switch (random.nextInt(9)) {
                case 0 -> text.append((char) (1 + random.nextInt(31)));
                case 1 -> text.append("\\u0000\"'\\/%?{}[],:;--$$".charAt(random.nextInt(23)));
                case 2 -> text.append("\\u0000");
                case 3 -> text.appendCodePoint(0x10000 + random.nextInt(0x10FFFF - 0x10000));
                case 4 -> text.append((char) (0x80 + random.nextInt(0xD800 - 0x80)));
                case 5 -> text.append((char) (0xE000 + random.nextInt(0x10000 - 0xE000)));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    private String largeText() {
        String piece = text() + "x";
        return piece.repeat(1 + 20_000 / piece.length());
    }
}
