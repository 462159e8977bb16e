package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.BudgetDecisions;
import io.orchestrator.run.BudgetDecisions.Level;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.StageState;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import java.time.InstantSource;
import java.util.Optional;

/** The ledger in memory. */
final class InMemoryBudgets implements BudgetStore {
    private record Booked(Optional<String> exhausted, Optional<String> runToSweep) {}

    private final Transactions transactions;
    private final Memory memory;
    private final Sweep sweep;
    private final InstantSource clock;

    InMemoryBudgets(Transactions transactions, Memory memory, Sweep sweep, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.sweep = sweep;
        this.clock = clock;
    }

    @Override
    public Booking book(Hold hold, Usage used) {
        Booked booked = transactions.run("budgets.book", () -> {
            TaskRow task = memory.held(hold).orElseThrow(hold::revoked);
            Usage more = BudgetDecisions.more(task.used, used);
            task.used = task.used.plus(more);
            Booked ofPhase = book(task, task.phase.id, more, false);
            Booked ofRun = book(task, task.phase.run.id, more, true);
            return new Booked(
                    ofRun.exhausted.or(() -> ofPhase.exhausted), ofRun.runToSweep.or(() -> ofPhase.runToSweep));
        });
        return new Booking(booked.exhausted, booked.runToSweep.map(sweep::run).orElse(Ready.NOTHING));
    }

    private Booked book(TaskRow task, String scopeId, Usage more, boolean ofRun) {
        BudgetRow budget = memory.budgets.get(scopeId);
        if (budget == null) {
            return new Booked(Optional.empty(), Optional.empty());
        }
        Level level = budget.book(more);
        if (level != Level.FINE && !budget.warned) {
            budget.warned = true;
            log(task, ofRun, EventKind.BUDGET_WARNING, budget.warning());
        }
        if (level != Level.EXHAUSTED) {
            return new Booked(Optional.empty(), Optional.empty());
        }
        String reason = budget.reason(ofRun ? "the run" : "the phase");
        if (budget.exhausted) {
            return new Booked(Optional.of(reason), Optional.empty());
        }
        budget.exhausted = true;
        log(task, ofRun, EventKind.BUDGET_EXHAUSTED, Json.object("reason", reason));
        fail(task, ofRun, reason);
        return new Booked(Optional.of(reason), Optional.of(task.phase.run.id));
    }

    private static void fail(TaskRow task, boolean ofRun, String reason) {
        if (ofRun) {
            task.phase.run.openPhases().forEach(phase -> phase.decide(StageState.FAILED, reason));
            task.phase.run.decide(StageState.FAILED, reason);
        } else {
            task.phase.decide(StageState.FAILED, reason);
        }
    }

    private void log(TaskRow task, boolean ofRun, EventKind kind, Json data) {
        if (ofRun) {
            task.phase.run.log(clock.instant(), kind, data);
        } else {
            task.phase.run.log(clock.instant(), kind, task.phase, data);
        }
    }
}
