package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.PhaseSnapshot;
import io.orchestrator.run.StageState;
import io.orchestrator.store.DeletionWords;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Reopening;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jooq.DSLContext;

/** Reopening on Postgres: one transaction under the lock of the run's row. */
final class PostgresReopening implements Reopening {
    private final Database database;
    private final Tables tables;
    private final Advance advance;
    private final ReopeningStatements statements = new ReopeningStatements();

    PostgresReopening(Database database, Tables tables, Advance advance) {
        this.database = database;
        this.tables = tables;
        this.advance = advance;
    }

    @Override
    public Reopened retry(String runId) {
        return database.transaction(dsl -> reopen(dsl, runId));
    }

    @Override
    public Reopened resume(String taskId, OptionalLong fromSeq) {
        return database.transaction(dsl -> {
            ReopeningStatements.Known task =
                    statements.find(dsl, taskId).orElseThrow(() -> new Refused("there is no task " + taskId));
            if (task.outcome().equals(Optional.of("completed"))) {
                throw new Refused("task " + taskId + " has completed; completed tasks are not done again");
            }
            fromSeq.ifPresent(seq -> rewind(dsl, taskId, seq));
            return task.outcome().isEmpty() ? requeue(dsl, task.runId(), taskId) : reopen(dsl, task.runId());
        });
    }

    /** An older checkpoint becomes the newest by being appended again: nothing is destroyed by going back. */
    private void rewind(DSLContext dsl, String taskId, long seq) {
        long copied = statements
                .copyAsNewest(dsl, taskId, seq)
                .orElseThrow(() -> new Refused("task " + taskId + " has no checkpoint " + seq
                        + "; 'orchestrator checkpoints " + taskId + "' lists those that are kept"));
        statements.setCheckpoint(dsl, taskId, copied);
    }

    /** Takes an unfinished task off whoever works on it and queues it at once. */
    private Reopened requeue(DSLContext dsl, String runId, String taskId) {
        Optional<LiveTask> live = statements.requeue(dsl, taskId);
        if (live.isEmpty()) {
            return new Reopened(runId, 0, Ready.NOTHING);
        }
        tables.timers.cancelOfTasks(dsl, List.of(taskId));
        EventLog log = tables.newLog();
        log.add(Event.ofTask(live.get(), EventKind.TASK_RESUMED, Json.EMPTY_OBJECT));
        log.write(dsl);
        return new Reopened(runId, 1, new Ready(List.of(live.get().ticket()), false));
    }

    private Reopened reopen(DSLContext dsl, String runId) {
        RunsTable.Locked run = tables.runs
                .lock(dsl, runId)
                .orElseThrow(
                        () -> new Refused("there is no run " + runId + "; 'orchestrator status' lists the newest"));
        if (!run.state().isFinal()) {
            throw new Refused("run " + runId
                    + " has not ended; only a run that failed, timed out or was cancelled can be retried");
        }
        if (run.state() == StageState.COMPLETED) {
            throw new Refused("run " + runId + " has completed; there is nothing to do again");
        }
        requireItsWork(dsl, runId);
        List<String> phaseIds = tables.phases.snapshot(dsl, runId, run.plan()).stream()
                .map(PhaseSnapshot::id)
                .toList();
        tables.budgets.grant(dsl, runId, BudgetsTable.of(run.plan(), runId, phaseIds));
        statements.reopenRun(dsl, runId, run.plan().timebox());
        run.plan().timebox().ifPresent(t -> tables.timers.scheduleTimebox(dsl, "run", runId, null, t));
        EventLog log = tables.newLog();
        log.add(Event.ofRun(runId, EventKind.RUN_REOPENED, Json.EMPTY_OBJECT));
        List<Ticket> tickets = new ArrayList<>();
        int tasks = 0;
        for (PhaseSnapshot phase : tables.phases.snapshot(dsl, runId, run.plan())) {
            if (phase.state().isFinal() && phase.state() != StageState.COMPLETED) {
                tasks += reopen(dsl, run.plan(), phase, tickets, log, runId);
            }
        }
        Ready ready = advance.run(dsl, runId, log);
        log.write(dsl);
        return new Reopened(runId, tasks, ready.and(new Ready(tickets, true)));
    }

    /** What it has taken over from others has to be there still, and it must not be about to go itself. */
    private static void requireItsWork(DSLContext dsl, String runId) {
        PostgresDeletions.missingOf(dsl, runId).ifPresent(gone -> {
            throw new Refused(
                    gone.equals(runId) ? "run " + runId + " is being deleted" : DeletionWords.workIsGone(runId, gone));
        });
    }

    private int reopen(
            DSLContext dsl, Plan plan, PhaseSnapshot phase, List<Ticket> tickets, EventLog log, String runId) {
        if (phase.step() < 0) {
            statements.reopenPhase(dsl, phase.id(), StageState.PENDING, Optional.empty());
            return 0;
        }
        PhasePlan phasePlan = plan.phase(phase.name());
        Optional<Json> miss = tables.rounds.missOfFailed(dsl, phase.id());
        statements.reopenPhase(dsl, phase.id(), StageState.RUNNING, phasePlan.timebox());
        phasePlan.timebox().ifPresent(t -> tables.timers.scheduleTimebox(dsl, "phase", runId, phase.id(), t));
        log.add(Event.ofPhase(runId, phase.id(), EventKind.PHASE_REOPENED, Json.object("phase", phase.name())));
        if (miss.isPresent()) {
            // All its tasks are done; going on from there would only miss again.
            tables.rounds.repeat(dsl, phase.id(), miss.get());
            return 0;
        }
        int reopened = statements.reopenTasks(dsl, phase.id());
        tickets.addAll(statements.releaseChildren(dsl, phase.id()));
        tickets.addAll(tables.live.release(
                dsl, List.of(phase.id()), List.of(phasePlan.parallelism().limit())));
        return reopened;
    }
}
