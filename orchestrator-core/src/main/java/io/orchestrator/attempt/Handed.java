package io.orchestrator.attempt;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * What an agent hands to its context, which code without null checks may have left out: one sentence for whoever wrote the
 * agent, the same in the worker and in the test kit.
 */
public final class Handed {
    private Handed() {}

    /**
     * The value itself, which is not null.
     *
     * @throws AgentFailure that says what was null, and may be tried again
     */
    public static Json json(String what, @Nullable Json value) {
        if (value == null) {
            throw AgentFailure.retryable(isNull(what));
        }
        return value;
    }

    /**
     * The value itself, which is not null.
     *
     * @throws AgentFailure that says what was null, and may be tried again
     */
    public static String text(String what, @Nullable String value) {
        if (value == null) {
            throw AgentFailure.retryable(what + " is null; expected text");
        }
        return value;
    }

    /** Progress from 0 to 1; negative, which is unknown, for what is no number. */
    public static double fraction(double progress) {
        return Double.isNaN(progress) ? -1 : Math.clamp(progress, 0.0, 1.0);
    }

    static String isNull(String what) {
        return what + " is null; expected a JSON value, Json.NULL for nothing";
    }
}
