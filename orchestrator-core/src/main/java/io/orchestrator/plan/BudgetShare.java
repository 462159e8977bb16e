package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What a task is told of the budget: an even share, as advice. Limits are kept by the ledger, not by this. */
final class BudgetShare {
    private static final int USD_SCALE = 6;

    private BudgetShare() {}

    /** {@code {"tokens", "usd"}} as far as there are limits, the phase's before the plan's; rounded down. */
    static Json of(Budgets phase, Budgets plan, long tasks) {
        if (tasks < 1) {
            return Json.EMPTY_OBJECT;
        }
        return Json.builder()
                .putIfPresent("tokens", phase.tokens().or(plan::tokens).map(tokens -> tokens / tasks))
                .putIfPresent(
                        "usd",
                        phase.usd()
                                .or(plan::usd)
                                .map(usd -> usd.divide(BigDecimal.valueOf(tasks), USD_SCALE, RoundingMode.DOWN)
                                        .stripTrailingZeros()))
                .build();
    }
}
