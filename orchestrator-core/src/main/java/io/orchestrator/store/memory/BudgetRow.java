package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Budgets;
import io.orchestrator.run.BudgetDecisions;
import io.orchestrator.run.BudgetDecisions.Level;

/** The budget of a run or a phase. */
final class BudgetRow {
    private final Budgets limits;
    Usage used = Usage.NONE;
    boolean warned;
    boolean exhausted;

    BudgetRow(Budgets limits) {
        this.limits = limits;
    }

    Level book(Usage more) {
        used = used.plus(more);
        return BudgetDecisions.level(limits, used);
    }

    Json warning() {
        return BudgetDecisions.warning(limits, used);
    }

    String reason(String whose) {
        return BudgetDecisions.exhausted(whose, limits, used);
    }
}
