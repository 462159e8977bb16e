package io.orchestrator.plan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * When an attempt that is alive counts as stuck, and what follows. A limit that is left out never applies.
 *
 * @param noProgress at most this long without a changed heartbeat, a checkpoint or a step
 * @param noOutput at most this long without a line of output or any call of the context
 * @param tokensWithoutProgress at most so many model tokens used since the last progress
 * @param usdWithoutProgress at most so many US dollars used since the last progress
 */
public record StuckRules(
        Optional<Duration> noProgress,
        Optional<Duration> noOutput,
        Optional<Long> tokensWithoutProgress,
        Optional<BigDecimal> usdWithoutProgress,
        Action action) {
    public static final StuckRules OFF =
            new StuckRules(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Action.WARN);

    /** What is done about a stuck attempt. */
    public enum Action {
        /** It is told in the event log and in the worker's log, once for each time it gets stuck. */
        WARN,
        /** The attempt is ended as a failure that may be tried again. */
        INTERRUPT,
        /** The attempt is ended as a failure for good; a fallback takes over where there is one. */
        FAIL;

        static Action of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }

        /** The name in a plan. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether any limit is set. */
    public boolean isOn() {
        return noProgress.isPresent()
                || noOutput.isPresent()
                || tokensWithoutProgress.isPresent()
                || usdWithoutProgress.isPresent();
    }
}
