package io.orchestrator.store.postgres;

import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.TaskSpecs;
import io.orchestrator.run.Ids;
import io.orchestrator.run.PhaseSnapshot;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * A run as it is submitted, with its phases. Their rows are written when it is known what happens to them at once: to write
 * them first and update them then would be twice the work. Whoever needs them in the tables earlier writes them earlier. Not
 * thread-safe: one for each transaction.
 */
final class NewRun {
    /** How a phase stands when its row is written; a step of -1 is none. */
    record Birth(boolean started, int step, int tasks) {
        static final Birth PENDING = new Birth(false, -1, 0);
    }

    private final Tables tables;
    private final String id;
    private final String requestHash;
    private final RunRequest request;
    private final List<String> phaseIds;
    private final List<Integer> steps;
    private final Map<String, Birth> births = new HashMap<>();
    private boolean rowIsWritten;
    private boolean isWritten;

    NewRun(Tables tables, Ids ids, RunRequest request) {
        this.tables = tables;
        this.request = request;
        this.id = ids.run();
        this.requestHash = request.contentHash();
        this.phaseIds = request.plan().phases().stream().map(p -> ids.phase()).toList();
        this.steps = request.plan().phases().stream().map(TaskSpecs::steps).toList();
    }

    String id() {
        return id;
    }

    String requestHash() {
        return requestHash;
    }

    RunRequest request() {
        return request;
    }

    /** Its row as whoever advances the run would read it, where it has started and has no deadline. */
    RunsTable.Locked row() {
        Plan plan = request.plan();
        return new RunsTable.Locked(
                id,
                StageState.RUNNING,
                Optional.empty(),
                plan.priority().lane(),
                Stored.of(plan.inputs().overlaidBy(request.inputs())),
                Stored.of(plan),
                Optional.empty());
    }

    /** Its phases before anything has happened to them. */
    List<PhaseSnapshot> phases() {
        List<PhaseSnapshot> phases = new ArrayList<>();
        for (int i = 0; i < phaseIds.size(); i++) {
            PhasePlan phase = request.plan().phases().get(i);
            phases.add(new PhaseSnapshot(
                    phaseIds.get(i),
                    phase.phase(),
                    StageState.PENDING,
                    1,
                    -1,
                    steps.get(i),
                    0,
                    Optional.empty(),
                    phase.needs(),
                    PhaseWaiting.delay(phase, null)));
        }
        return phases;
    }

    /** A phase has started, and no step of it is open. */
    void starts(String phaseId) {
        births.put(phaseId, new Birth(true, -1, 0));
    }

    /** A phase has started with so many tasks in its first step. */
    void startsWithStep(String phaseId, int tasks) {
        births.put(phaseId, new Birth(true, 0, tasks));
    }

    /** Writes the run's row alone, unless its key is taken; how it begins, or empty if so. */
    Optional<StageState> writeRow(DSLContext dsl) {
        rowIsWritten = true;
        return tables.runs.insert(dsl, id, requestHash, request);
    }

    boolean isWritten() {
        return isWritten;
    }

    /** Writes what is not written yet. */
    void write(DSLContext dsl) {
        write(dsl, 0);
    }

    /** Writes everything with its events, the last thing to happen to it in this transaction. */
    void write(DSLContext dsl, EventLog log) {
        if (rowIsWritten) {
            write(dsl, 0);
            log.write(dsl);
        } else {
            write(dsl, log.size());
            log.writeFirst(dsl);
        }
    }

    private void write(DSLContext dsl, int events) {
        if (isWritten) {
            return;
        }
        isWritten = true;
        if (!rowIsWritten) {
            rowIsWritten = true;
            tables.runs.insertStarted(dsl, id, requestHash, request, events);
        }
        List<Birth> inOrder = phaseIds.stream()
                .map(phase -> births.getOrDefault(phase, Birth.PENDING))
                .toList();
        tables.phases.insert(dsl, id, request.plan(), phaseIds, steps, inOrder);
        tables.budgets.grant(dsl, id, BudgetsTable.of(request.plan(), id, phaseIds));
    }
}
