package io.orchestrator.worker;

import io.orchestrator.service.Loop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Rounds at a steady pace while this process holds attempts. While it holds none there is nothing to look at, so it rests
 * until it holds one again: a fleet waits for work most of the time.
 */
final class WhileHolding {
    /** Only a wake-up that was lost would need it to end. */
    private static final Duration REST = Duration.ofMinutes(1);

    private final Loop.Round round;
    private final Holdings holdings;
    private final Loop loop;
    private final AtomicBoolean resting = new AtomicBoolean();

    /** @param round what it returns is the pause before the next one, while anything is held */
    WhileHolding(String name, Holdings holdings, Loop.Round round) {
        this.round = round;
        this.holdings = holdings;
        this.loop = new Loop(name, this::roundOrRest);
        holdings.onFirst(this::wake);
    }

    void start() {
        loop.start();
    }

    void interrupt() {
        loop.interrupt();
    }

    private Duration roundOrRest() throws InterruptedException {
        Duration pause = round.run();
        // Said before looking: what comes after the look then finds it said.
        resting.set(true);
        if (holdings.isEmpty()) {
            return REST;
        }
        resting.set(false);
        return pause;
    }

    private void wake() {
        if (resting.compareAndSet(true, false)) {
            loop.wake();
        }
    }
}
