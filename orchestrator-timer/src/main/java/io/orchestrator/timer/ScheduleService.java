package io.orchestrator.timer;

import io.orchestrator.queue.Hints;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.service.Announcer;
import io.orchestrator.service.Service;
import io.orchestrator.store.Schedules;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires schedules: sleeps until the next one is due, woken when an earlier one is set. Thread-safe; any number of instances
 * may run, and any may stop at any moment.
 */
public final class ScheduleService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleService.class);
    /** Small, because what it made ready is announced when the batch is done. */
    private static final int BATCH = 20;

    private final Schedules schedules;
    private final Announcer announcer;
    private final DueLoop loop;

    /**
     * Makes the service; it starts nothing yet.
     *
     * @param checkInterval how long it sleeps at most
     */
    public ScheduleService(Schedules schedules, TaskQueue queue, Hints hints, Duration checkInterval) {
        this.schedules = schedules;
        this.announcer = new Announcer(queue, hints);
        this.loop = new DueLoop("schedules", hints, checkInterval, this::round);
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void stop() {
        loop.stop();
    }

    @Override
    public Optional<String> trouble() {
        return loop.trouble();
    }

    @Override
    public boolean awaitStopped(Duration atMost) throws InterruptedException {
        return loop.awaitStopped(atMost);
    }

    private Duration round() {
        Schedules.Round round = schedules.fireDue(BATCH);
        if (round.fired() > 0) {
            LOG.info("{} firings of schedules made the runs {}", round.fired(), round.runs());
            announcer.announce(round.ready());
        }
        if (round.fired() == BATCH) {
            return Duration.ZERO;
        }
        return loop.pause(schedules.untilNext());
    }
}
