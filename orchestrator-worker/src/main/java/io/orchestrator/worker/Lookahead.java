package io.orchestrator.worker;

import java.time.Duration;

/**
 * How many tasks a worker may claim before it has places for them. A claim costs little more for many tasks than for one,
 * so bodies of a few milliseconds are worth claiming ahead; longer ones are not, because others could run them meanwhile.
 * One long body ends it at once, and it takes a row of short ones to begin again. Not thread-safe.
 */
final class Lookahead {
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final int PER_PLACE = 3;
    private static final int MOST = 192;
    private static final int WEIGHT = 16;

    /** Nothing is known yet, so nothing is short. */
    private long meanNanos = Duration.ofSeconds(1).toNanos();

    void ran(Duration body) {
        long nanos = body.toNanos();
        meanNanos = Math.max(nanos, meanNanos + (nanos - meanNanos) / WEIGHT);
    }

    /** How many more than there are places: what these take together stays a small part of a second. */
    int tasks(int places) {
        return meanNanos < SHORT.toNanos() ? Math.min(MOST, PER_PLACE * places) : 0;
    }
}
