package io.orchestrator.sim;

import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.store.StoreUnavailable;
import java.util.function.LongSupplier;

/** What {@code io.orchestrator.service.Loop} is to a thread: rounds with pauses, and backing off. */
final class SimLoop {
    private static final long FIRST_BACK_OFF = 12 * Pace.SECOND;
    private static final long LONGEST_BACK_OFF = 5 * Pace.MINUTE;

    private final SimProcess process;
    private final LongSupplier round;
    private long backOff;
    private long turn;
    private boolean inRound;
    private boolean woken;
    private boolean stopped;

    /** {@code round} returns how long to wait for the next one. */
    SimLoop(SimProcess process, LongSupplier round) {
        this.process = process;
        this.round = round;
    }

    void start() {
        next(process.world().between(0, Pace.SECOND));
    }

    /** Makes the next round follow at once; also when it comes during a round. */
    void wake() {
        if (inRound) {
            woken = true;
        } else {
            next(process.world().between(0, Pace.SECOND));
        }
    }

    void stop() {
        stopped = true;
    }

    private void next(long delay) {
        long mine = ++turn;
        process.after(delay, () -> {
            if (mine == turn && !stopped) {
                woken = false;
                inRound = true;
                long pause = roundOrBackOff();
                inRound = false;
                next(woken ? 0 : pause);
            }
        });
    }

    private long roundOrBackOff() {
        try {
            long pause = round.getAsLong();
            backOff = 0;
            return pause;
        } catch (StoreUnavailable | QueueUnavailable e) {
            backOff = backOff == 0 ? FIRST_BACK_OFF : Math.min(LONGEST_BACK_OFF, backOff * 2);
            return backOff;
        }
    }
}
