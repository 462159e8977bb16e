package io.orchestrator.worker;

import java.time.Duration;

/**
 * How many slots a pool should have: as many as there is work queued and running, within the range; up at once, down only
 * after it has had more than it needs for a while.
 */
public final class Scaling {
    /** Work has to be short of the slots for this long before slots are given up. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The least and the most slots, when scaling is on. */
    public record Range(boolean on, int min, int max) {
        public static final Range OFF = new Range(false, 1, 1);

        public Range {
            if (min < 1 || max < min) {
                throw new IllegalArgumentException(
                        "scaling needs at least 1 worker and a maximum not below the minimum, found " + min + " to "
                                + max);
            }
        }
    }

    private Scaling() {}

    /**
     * The number of slots to have now.
     *
     * @param current slots now
     * @param work tasks queued and running
     * @param spare how long there have been more slots than work
     */
    public static int slots(Range range, int current, long work, Duration spare) {
        if (!range.on()) {
            return current;
        }
        int wanted = Math.clamp(work, range.min(), range.max());
        if (wanted >= current) {
            return wanted;
        }
        return spare.compareTo(PATIENCE) >= 0 ? wanted : Math.clamp(current, range.min(), range.max());
    }
}
