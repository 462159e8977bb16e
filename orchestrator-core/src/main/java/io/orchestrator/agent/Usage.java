package io.orchestrator.agent;

import java.math.BigDecimal;

/**
 * What an attempt has used since it last said so.
 *
 * @param tokens model tokens
 * @param costUsd US dollars
 * @param toolMs milliseconds of tool time
 */
public record Usage(long tokens, BigDecimal costUsd, long toolMs) {
    public static final Usage NONE = new Usage(0, BigDecimal.ZERO, 0);

    public Usage {
        if (tokens < 0 || toolMs < 0 || costUsd.signum() < 0) {
            throw new IllegalArgumentException(
                    "usage cannot be negative: tokens " + tokens + ", costUsd " + costUsd + ", toolMs " + toolMs);
        }
    }

    public Usage plus(Usage other) {
        return new Usage(tokens + other.tokens, costUsd.add(other.costUsd), toolMs + other.toolMs);
    }

    public boolean isNone() {
        return tokens == 0 && toolMs == 0 && costUsd.signum() == 0;
    }
}
