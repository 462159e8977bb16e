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
    }

    record Stats(long pending, Optional<Instant> nextFireAt) {}

    /** Fires up to {@code max} timers that are due, each in one transaction with its effect. */
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

    /** Custom timers of these actions that are due: marked fired when {@code handler} returns, in one transaction. */
    int fireCustom(Set<String> actions, int max, Consumer<CustomTimer> handler);

    boolean cancel(long timerId);

    Stats stats();
}
