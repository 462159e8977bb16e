package io.orchestrator.run;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes ids that sort by the time they were made: a prefix and 20 characters of Crockford's base 32, 50 bits of
 * milliseconds and 50 random bits. Thread-safe where the generator is.
 */
public final class Ids {
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int TIME_BITS = 50;
    private static final int RANDOM_BITS = 50;

    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param random as thread-safe as this object is to be; most generators are not, {@code SecureRandom} is */
    public Ids(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    public String run() {
        return next("run-");
    }

    public String phase() {
        return next("phase-");
    }

    public String task() {
        return next("task-");
    }

    public String worker() {
        return next("worker-");
    }

    private String next(String prefix) {
        StringBuilder id = new StringBuilder(prefix.length() + 20).append(prefix);
        append(id, clock.millis(), TIME_BITS);
        append(id, random.nextLong(), RANDOM_BITS);
        return id.toString();
    }

    private static void append(StringBuilder id, long value, int bits) {
        for (int shift = bits - 5; shift >= 0; shift -= 5) {
            id.append(ALPHABET[(int) (value >>> shift) & 31]);
        }
    }
}
