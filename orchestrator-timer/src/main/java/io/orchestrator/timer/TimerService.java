package io.orchestrator.timer;

import io.orchestrator.json.Json;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.plan.Backoff;
import io.orchestrator.plan.RetryPolicy;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.service.Announcer;
import io.orchestrator.service.Service;
import io.orchestrator.store.Hold;
import io.orchestrator.store.TimerStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fires timers. Thread-safe; any number of instances may run, and any may stop at any moment. */
public final class TimerService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(TimerService.class);
    private static final int BATCH = 1_000;
    private static final int CUSTOM_BATCH = 10;

    private final TimerStore timers;
    private final Announcer announcer;
    private final Hints hints;
    private final RandomGenerator random;
    private final EngineMetrics metrics;
    private final Map<String, Consumer<Json>> actions = new ConcurrentHashMap<>();
    private final DueLoop loop;

    /**
     * Makes the service; it starts nothing yet.
     *
     * @param checkInterval how long it sleeps at most: the safety net for a lost hint
     * @param random for the jitter of retries
     */
    public TimerService(
            TimerStore timers,
            TaskQueue queue,
            Hints hints,
            Duration checkInterval,
            RandomGenerator random,
            EngineMetrics metrics) {
        this.metrics = metrics;
        this.random = random;
        this.timers = timers;
        this.announcer = new Announcer(queue, hints);
        this.hints = hints;
        this.loop = new DueLoop("timer", hints, checkInterval, this::round);
    }

    /** Says what a custom action does; called at least once for each timer that fires, before it is marked as fired. */
    public void onAction(String action, Consumer<Json> body) {
        actions.put(action, body);
    }

    /**
     * Ends a failed attempt and sets the timer of the next one, in one transaction; returns the timer's id.
     *
     * @param attempt how many attempts failed before this one: the wait is {@code min(base * 2^attempt, max)}
     * @throws io.orchestrator.agent.AttemptRevoked when another attempt holds the task by now
     */
    public long scheduleRetry(Hold task, int attempt, RetryPolicy policy) {
        long id = timers.scheduleRetry(task, Backoff.delay(policy, attempt + 1, random));
        tellOfTimer();
        return id;
    }

    /** Limits a running phase to this much time from now; the timer's id, or empty when the phase is not running. */
    public Optional<Long> scheduleTimeout(String phaseId, Duration duration) {
        Optional<Long> id = timers.scheduleTimeout(phaseId, duration);
        tellOfTimer();
        return id;
    }

    /** Sets a timer for a custom action; returns its id. */
    public long schedule(String action, Json payload, Duration delay) {
        long id = timers.schedule(action, payload, delay);
        tellOfTimer();
        return id;
    }

    /** This service knows at once, whatever becomes of the hint to the others. */
    private void tellOfTimer() {
        loop.wake();
        hints.publish(Hints.TIMERS, "");
    }

    /**
     * Cancels a timer that has not fired; false when it has, or does not exist. Cancelling a retry ends its task as failed,
     * with all that follows from it, in the same transaction.
     *
     * @throws io.orchestrator.store.TimerRefused when it keeps the timebox, the start or the delay of something
     */
    public boolean cancelTimer(long id) {
        TimerStore.Cancelled cancelled = timers.cancel(id);
        announcer.announce(cancelled.ready());
        return cancelled.cancelled();
    }

    public TimerStore.Stats getStats() {
        return timers.stats();
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

    /** Fires what is due; returns how long until the next one is, at most the check interval. */
    private Duration round() {
        TimerStore.Fired fired = timers.fireDue(BATCH);
        if (fired.fired() > 0) {
            metrics.timersFired(fired.fired(), Duration.ofMillis(fired.latenessMs()));
            LOG.debug("fired {} timers, the latest {} ms late", fired.fired(), fired.latenessMs());
            announcer.announce(fired.ready());
        }
        int custom = timers.fireCustom(actions.keySet(), CUSTOM_BATCH, this::act);
        if (fired.fired() == BATCH || custom == CUSTOM_BATCH) {
            return Duration.ZERO;
        }
        return loop.pause(timers.untilNext(actions.keySet()));
    }

    private void act(TimerStore.CustomTimer timer) {
        Consumer<Json> body = actions.get(timer.action());
        if (body == null) {
            throw new IllegalStateException("timer " + timer.id() + " fired for the unknown action " + timer.action());
        }
        body.accept(timer.payload());
    }
}
