package io.orchestrator.plan;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * Limits on what may be used; empty means no limit of that kind.
 *
 * @param tokens model tokens
 * @param toolsMinutes minutes of tool time
 * @param usd US dollars
 */
public record Budgets(Optional<Long> tokens, Optional<BigDecimal> toolsMinutes, Optional<BigDecimal> usd) {
    public static final Budgets NONE = new Budgets(Optional.empty(), Optional.empty(), Optional.empty());
}
