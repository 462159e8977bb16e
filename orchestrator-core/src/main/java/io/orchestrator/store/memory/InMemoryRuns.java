package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.run.Ids;
import io.orchestrator.run.StageState;
import io.orchestrator.run.Timeboxes;
import io.orchestrator.store.EventView;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs in memory. */
final class InMemoryRuns implements RunStore {
    private final Transactions transactions;
    private final Memory memory;
    private final Advance advance;
    private final Sweep sweep;
    private final Ids ids;
    private final InstantSource clock;

    InMemoryRuns(Transactions transactions, Memory memory, Advance advance, Sweep sweep, Ids ids, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.advance = advance;
        this.sweep = sweep;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public Submission submit(RunRequest request) {
        return transactions.run(
                "runs.submit",
                () -> request.key()
                        .map(memory.runsByKey::get)
                        .map(known -> known(known, request))
                        .orElseGet(() -> begin(request)));
    }

    private static Submission known(RunRow run, RunRequest request) {
        if (!run.request.contentHash().equals(request.contentHash())) {
            throw new KeyConflict(request.key().orElseThrow(), run.id);
        }
        return new Submission(run.id, false, Ready.NOTHING);
    }

    private Submission begin(RunRequest request) {
        Instant now = clock.instant();
        Plan plan = request.plan();
        RunRow run = new RunRow(ids.run(), request, now);
        memory.runs.put(run.id, run);
        request.key().ifPresent(key -> memory.runsByKey.put(key, run));
        for (PhasePlan phasePlan : plan.phases()) {
            PhaseRow phase = new PhaseRow(ids.phase(), run, phasePlan);
            run.phases.add(phase);
            memory.phases.put(phase.id, phase);
        }
        plan.timebox().ifPresent(timebox -> {
            memory.timers.add(now.plus(Timeboxes.wrapUpAfter(timebox)), new Promise.RunWrapUp(run));
            memory.timers.add(now.plus(timebox), new Promise.RunTimeout(run));
        });
        run.log(now, "run.submitted", Json.object("name", plan.name()));
        Ready ready = advance.run(run);
        return new Submission(
                run.id, true, ready.and(new Ready(List.of(), plan.timebox().isPresent())));
    }

    @Override
    public boolean cancel(String runId, String reason) {
        boolean decided = transactions.run(
                "runs.cancel",
                () -> Optional.ofNullable(memory.runs.get(runId))
                        .map(run -> run.overrule(StageState.CANCELLED, reason))
                        .orElse(false));
        if (decided) {
            sweep.run(runId);
        }
        return decided;
    }

    @Override
    public Optional<RunView> view(String runId, boolean withTasks) {
        return transactions.run(
                "runs.view", () -> Optional.ofNullable(memory.runs.get(runId)).map(run -> view(run, withTasks)));
    }

    private RunView view(RunRow run, boolean withTasks) {
        return Views.run(run, Optional.ofNullable(memory.gates.get(Gate.ofRun(run.id))), withTasks);
    }

    @Override
    public List<RunView> list(int max) {
        return transactions.run(
                "runs.list",
                () -> new ArrayList<>(memory.runs.values())
                        .reversed().stream()
                                .limit(max)
                                .map(run -> view(run, false))
                                .toList());
    }

    @Override
    public List<EventView> events(String runId, long afterSeq, int max) {
        return transactions.run(
                "runs.events",
                () -> Optional.ofNullable(memory.runs.get(runId)).stream()
                        .flatMap(run -> run.events.stream())
                        .filter(event -> event.seq() > afterSeq)
                        .limit(max)
                        .toList());
    }

    @Override
    public Optional<PhaseStats> stats(String phaseId) {
        return transactions.run(
                "runs.stats",
                () -> Optional.ofNullable(memory.phases.get(phaseId)).map(Views::stats));
    }

    @Override
    public Optional<RunView.Task> task(String taskId) {
        return transactions.run(
                "runs.task", () -> Optional.ofNullable(memory.tasks.get(taskId)).map(Views::task));
    }
}
