package io.orchestrator.timer;

import io.orchestrator.queue.Hints;
import io.orchestrator.service.Loop;
import io.orchestrator.service.Service;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A loop that sleeps until the next thing is due, and is woken when an earlier one was set. */
final class DueLoop implements Service {
    private final Hints hints;
    private final Duration checkInterval;
    private final Loop loop;
    private Hints.@Nullable Subscription subscription;

    /**
     * Makes the loop; it starts nothing yet.
     *
     * @param checkInterval how long it sleeps at most: a hint may be lost
     */
    DueLoop(String name, Hints hints, Duration checkInterval, Loop.Round round) {
        this.hints = hints;
        this.checkInterval = checkInterval;
        this.loop = new Loop(name, round);
    }

    @Override
    public synchronized void start() {
        if (subscription == null) {
            subscription = hints.subscribe(Hints.TIMERS, ignored -> loop.wake());
        }
        loop.start();
    }

    @Override
    public synchronized void stop() {
        loop.stop();
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
    }

    @Override
    public Optional<String> trouble() {
        return loop.trouble();
    }

    @Override
    public boolean awaitStopped(Duration atMost) throws InterruptedException {
        return loop.awaitStopped(atMost);
    }

    /** Looks at once. */
    void wake() {
        loop.wake();
    }

    /** How long to pause when the next thing is due after so long. */
    Duration pause(Optional<Duration> next) {
        return next.filter(wait -> wait.compareTo(checkInterval) < 0).orElse(checkInterval);
    }
}
