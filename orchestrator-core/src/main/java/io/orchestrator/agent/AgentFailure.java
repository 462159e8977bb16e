package io.orchestrator.agent;

import java.time.Duration;
import java.util.Optional;

/** An agent's own verdict on its failure. */
public final class AgentFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;
    private final Duration retryAfter;

    private AgentFailure(String message, boolean retryable, Duration retryAfter) {
        super(message);
        this.retryable = retryable;
        this.retryAfter = retryAfter;
    }

    /** Trying again may help. */
    public static AgentFailure retryable(String message) {
        return new AgentFailure(message, true, Duration.ZERO);
    }

    /** Trying again may help, but not before this much time has passed. */
    public static AgentFailure retryableAfter(String message, Duration wait) {
        return new AgentFailure(message, true, wait);
    }

    /** Trying again cannot help: the task fails at once, whatever attempts are left. */
    public static AgentFailure permanent(String message) {
        return new AgentFailure(message, false, Duration.ZERO);
    }

    /** The same with what led to it, whose trace the task's log then keeps. */
    public AgentFailure causedBy(Throwable cause) {
        initCause(cause);
        return this;
    }

    public boolean isRetryable() {
        return retryable;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter);
    }
}
