package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.BudgetDecisions;
import io.orchestrator.run.BudgetDecisions.Level;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.StageState;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.postgres.BudgetsTable.Drawing;
import io.orchestrator.store.postgres.BudgetsTable.Standing;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The ledger on Postgres: one transaction for each booking. */
final class PostgresBudgets implements BudgetStore {
    private final Database database;
    private final Tables tables;
    private final Sweep sweep;

    PostgresBudgets(Database database, Tables tables, Sweep sweep) {
        this.database = database;
        this.tables = tables;
        this.sweep = sweep;
    }

    @Override
    public Booking book(Hold hold, Usage used) {
        AtomicReference<@Nullable String> runToSweep = new AtomicReference<>();
        Optional<String> exhausted = database.transaction(dsl -> {
            runToSweep.set(null);
            Drawing from =
                    tables.budgets.draw(dsl, hold.taskId(), hold.epoch(), used).orElseThrow(hold::revoked);
            return from.budgeted() ? book(dsl, from, used, runToSweep) : Optional.<String>empty();
        });
        String runId = runToSweep.get();
        return new Booking(exhausted, runId == null ? Ready.NOTHING : sweep.run(runId));
    }

    private Optional<String> book(
            DSLContext dsl, Drawing from, Usage used, AtomicReference<@Nullable String> runToSweep) {
        Optional<String> exhausted = Optional.empty();
        EventLog log = tables.newLog();
        for (Standing budget : tables.budgets.book(dsl, from, BudgetDecisions.more(from.before(), used))) {
            Level level = BudgetDecisions.level(budget.limits(), budget.used());
            boolean ofRun = budget.scopeId().equals(from.runId());
            String reason = BudgetDecisions.exhausted(ofRun ? "the run" : "the phase", budget.limits(), budget.used());
            if (level != Level.FINE && !budget.warned()) {
                log.add(event(
                        from,
                        ofRun,
                        EventKind.BUDGET_WARNING,
                        BudgetDecisions.warning(budget.limits(), budget.used())));
                tables.budgets.mark(dsl, budget.scopeId(), false);
            }
            if (level == Level.EXHAUSTED) {
                exhausted = Optional.of(reason);
                if (!budget.exhausted()) {
                    log.add(event(from, ofRun, EventKind.BUDGET_EXHAUSTED, Json.object("reason", reason)));
                    tables.budgets.mark(dsl, budget.scopeId(), true);
                    fail(dsl, from, ofRun, reason);
                    runToSweep.set(from.runId());
                }
            }
        }
        log.write(dsl);
        return exhausted;
    }

    /** A run is decided as well, for a phase that starts at this moment is not among the running ones. */
    private void fail(DSLContext dsl, Drawing from, boolean ofRun, String reason) {
        List<String> phaseIds = ofRun ? tables.phases.open(dsl, from.runId()) : List.of(from.phaseId());
        tables.phases.decide(
                dsl, phaseIds.stream().collect(Collectors.toMap(id -> id, id -> StageState.FAILED)), reason);
        if (ofRun) {
            tables.runs.decide(dsl, from.runId(), StageState.FAILED, reason);
        }
    }

    private static Event event(Drawing from, boolean ofRun, EventKind kind, Json data) {
        return ofRun ? Event.ofRun(from.runId(), kind, data) : Event.ofPhase(from.runId(), from.phaseId(), kind, data);
    }
}
