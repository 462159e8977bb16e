package io.orchestrator.run;

import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of a promise, such as a timer or a calendar, that fails when it is due. It is put off, a little longer each
 * time, so that what passes by itself is got over; what fails again and again is set aside until a person has dealt with it.
 */
public final class FailureDecisions {
    /** About eight minutes, by then. */
    public static final int MOST_IN_A_ROW = 10;

    private static final Duration FIRST = Duration.ofSeconds(1);

    private FailureDecisions() {}

    /**
     * How long to wait before the next try; empty when there is to be none.
     *
     * @param inARow how often it has failed since it last worked, this time included
     * @param forGood whether another try is known to end in the same way
     */
    public static Optional<Duration> againAfter(int inARow, boolean forGood) {
        return forGood || inARow >= MOST_IN_A_ROW
                ? Optional.empty()
                : Optional.of(FIRST.multipliedBy(1L << (inARow - 1)));
    }
}
