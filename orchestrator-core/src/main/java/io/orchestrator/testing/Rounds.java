package io.orchestrator.testing;

import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.store.StoreUnavailable;
import java.time.Duration;
import java.util.function.Supplier;

/** What {@link io.orchestrator.service.Loop} is to a thread: rounds with pauses, sooner when woken, and backing off. */
final class Rounds {
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

    private final TestProcess process;
    private final Supplier<Duration> round;
    private Duration backOff = Duration.ZERO;
    private long turn;

    /** {@code round} returns how long to wait for the next one. */
    Rounds(TestProcess process, Supplier<Duration> round) {
        this.process = process;
        this.round = round;
    }

    Rounds start() {
        next(Duration.ZERO);
        return this;
    }

    /** Makes the next round follow at once. */
    void wake() {
        next(Duration.ZERO);
    }

    private void next(Duration delay) {
        long mine = ++turn;
        process.after(delay, () -> {
            if (mine == turn) {
                Duration pause = roundOrBackOff();
                // Woken during the round: the next one is on its way.
                if (mine == turn) {
                    next(pause);
                }
            }
        });
    }

    private Duration roundOrBackOff() {
        try {
            Duration pause = round.get();
            backOff = Duration.ZERO;
            return pause;
        } catch (StoreUnavailable | QueueUnavailable e) {
            Duration doubled = backOff.isZero() ? FIRST_BACK_OFF : backOff.multipliedBy(2);
            backOff = doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
            return backOff;
        }
    }
}
