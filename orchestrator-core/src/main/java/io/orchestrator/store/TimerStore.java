package io.orchestrator.store;

import io.orchestrator.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Durable promises to act at an instant. Thread-safe, for any number of timer services at once. */
public interface TimerStore {
    /** A custom timer that fired; its action is carried out by whoever fired it, at least once. */
    record CustomTimer(long id, String action, Json payload) {}

    /**
     * What a round fired.
     *
     * @param fired how many
     * @param latenessMs the latest one's lateness
     */
    record Fired(int fired, long latenessMs, Ready ready) {
        public static final Fired NOTHING = new Fired(0, 0, Ready.NOTHING);

        public Fired and(Fired other) {
            return new Fired(fired + other.fired, Math.max(latenessMs, other.latenessMs), ready.and(other.ready));
        }
    }

    /**
     * What became of a cancellation.
     *
     * @param cancelled false when the timer had fired, was cancelled before, or does not exist
     * @param ready what the end of the task that waited for the timer made ready
     */
    record Cancelled(boolean cancelled, Ready ready) {
        public static final Cancelled NOT = new Cancelled(false, Ready.NOTHING);
    }

    record Stats(long pending, Optional<Instant> nextFireAt) {}

    /**
     * Fires up to {@code max} timers that are due, each in one transaction with its effect. One that fails keeps no other
     * from firing: it is put off, and set aside when it has failed often enough.
     */
    Fired fireDue(int max);

    /**
     * How long until the next one is due: zero when one is due already, empty when none is pending. Custom timers count only
     * when their action is among these.
     */
    Optional<Duration> untilNext(Set<String> actions);

    /**
     * Ends an attempt as failed and sets the timer of the next one, in one transaction; the timer's id.
     *
     * @throws io.orchestrator.agent.AttemptRevoked when the hold is no longer current
     */
    long scheduleRetry(Hold hold, Duration delay);

    /** Ends a running phase after this much time, in place of what timebox it had; the timer's id, or empty if it is not running. */
    Optional<Long> scheduleTimeout(String phaseId, Duration timebox);

    /** Sets a custom timer; returns its id. */
    long schedule(String action, Json payload, Duration delay);

    /**
     * Custom timers of these actions that are due: each marked fired when {@code handler} returns, in one transaction. One
     * whose handler throws is put off, and set aside when that happened often enough; the others fire.
     *
     * @return how many were tried
     */
    int fireCustom(Set<String> actions, int max, Consumer<CustomTimer> handler);

    /**
     * Cancels a pending timer, in one transaction with its effect. The task that waits for it as its retry ends as failed:
     * its last attempt did fail, and there is to be no other one. A custom timer just goes.
     *
     * @throws TimerRefused when the timer keeps a timebox, a start or a delay, which belong to a task, phase or run
     */
    Cancelled cancel(long timerId);

    /**
     * Has a pending timer that was put off or set aside tried again at once, with its failures forgotten.
     *
     * @return false when it has fired, was cancelled, or does not exist
     */
    boolean resume(long timerId);

    Stats stats();
}
