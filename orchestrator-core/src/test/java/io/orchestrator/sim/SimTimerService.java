package io.orchestrator.sim;

import io.orchestrator.queue.Hints;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.TimerStore;
import java.time.Duration;
import java.util.Set;

/** A timer service: fires what is due, sleeps until the next, and is woken by hints. */
final class SimTimerService {
    private static final int BATCH = 3;

    private final Engine engine;
    private final SimProcess process;
    private final TimerStore timers;
    private final Announcer announcer;

    SimTimerService(Engine engine, String name) {
        this.engine = engine;
        this.process = new SimProcess(engine.world(), name);
        this.timers = engine.ports().timers();
        this.announcer = new Announcer(engine.queue(), engine.hints());
        SimLoop loop = new SimLoop(process, this::round);
        loop.start();
        engine.hints().subscribe(Hints.TIMERS, ignored -> loop.wake());
    }

    SimProcess process() {
        return process;
    }

    private long round() {
        TimerStore.Fired fired = timers.fireDue(BATCH);
        if (fired.fired() > 0) {
            engine.faults().changed();
            announcer.announce(fired.ready());
        }
        if (fired.fired() == BATCH) {
            return 0;
        }
        long next = timers.untilNext(Set.of()).map(Duration::toMillis).orElse(Pace.TIMER_CHECK);
        return Math.min(next, Pace.TIMER_CHECK);
    }
}
