package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Ids;
import io.orchestrator.run.StageState;
import io.orchestrator.store.AddedPhase;
import io.orchestrator.store.EventView;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.PhaseAddition;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.Ready;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Storable;
import io.orchestrator.store.Submission;
import io.orchestrator.store.TakeOver;
import io.orchestrator.store.TakeOverRules;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs in memory. */
final class InMemoryRuns implements RunStore {
    private final Transactions transactions;
    private final Memory memory;
    private final Advance advance;
    private final Sweep sweep;
    private final Ids ids;
    private final InstantSource clock;
    private final PhaseAdding adding;

    InMemoryRuns(Transactions transactions, Memory memory, Advance advance, Sweep sweep, Ids ids, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.advance = advance;
        this.sweep = sweep;
        this.ids = ids;
        this.clock = clock;
        this.adding = new PhaseAdding(memory, advance, ids, clock);
    }

    @Override
    public Submission submit(RunRequest request) {
        Storable.request(request);
        return transactions.run("runs.submit", () -> accept(request));
    }

    /** As part of a larger transaction. */
    Submission accept(RunRequest request) {
        return request.key()
                .map(memory.runsByKey::get)
                .map(known -> known(known, request))
                .orElseGet(() -> begin(request));
    }

    private static Submission known(RunRow run, RunRequest request) {
        if (!run.requestHash.equals(request.contentHash())) {
            throw new KeyConflict(request.key().orElseThrow(), run.id);
        }
        return new Submission(run.id, false, Ready.NOTHING);
    }

    private Submission begin(RunRequest request) {
        Instant now = clock.instant();
        Plan plan = request.plan();
        List<PhaseRow> done =
                request.takeOver().map(takeOver -> toTakeOver(plan, takeOver)).orElse(List.of());
        RunRow run = new RunRow(ids.run(), request, now);
        memory.runs.put(run.id, run);
        request.key().ifPresent(key -> memory.runsByKey.put(key, run));
        for (PhasePlan phasePlan : plan.phases()) {
            PhaseRow phase = new PhaseRow(ids.phase(), run, phasePlan);
            run.phases.add(phase);
            memory.phases.put(phase.id, phase);
            memory.grant(phase.id, phasePlan.budgets());
        }
        memory.grant(run.id, plan.budgets());
        run.log(now, EventKind.RUN_SUBMITTED, Json.object("name", plan.name()));
        done.forEach(phase -> takeOver(run, phase, now));
        if (run.startAt.isPresent()) {
            memory.timers.add(run.startAt.get(), new Promise.RunStart(run));
            return new Submission(run.id, true, new Ready(List.of(), true));
        }
        return new Submission(run.id, true, memory.setTimebox(run, now).and(advance.run(run)));
    }

    @Override
    public AddedPhase add(PhaseAddition addition) {
        return transactions.run(
                "runs.add",
                () -> Optional.ofNullable(memory.runsByKey.get(addition.runKey()))
                        .map(run -> adding.add(run, addition))
                        .orElseGet(() -> {
                            Json document = addition.firstDocument();
                            Submission made = begin(new RunRequest(
                                    addition.read(document),
                                    document,
                                    Json.EMPTY_OBJECT,
                                    Json.EMPTY_OBJECT,
                                    Optional.of(addition.runKey())));
                            return adding.name(made, addition);
                        }));
    }

    @Override
    public Optional<String> runOfKey(String key) {
        return transactions.run(
                "runs.runOfKey",
                () -> Optional.ofNullable(memory.runsByKey.get(key)).map(run -> run.id));
    }

    @Override
    public List<String> phasesOfKey(Optional<String> runKey, String phaseKey) {
        return transactions.run(
                "runs.phasesOfKey",
                () -> new ArrayList<>(memory.phases.values())
                        .reversed().stream()
                                .filter(phase -> phase.isNamed(phaseKey))
                                .filter(phase -> runKey.isEmpty()
                                        || phase.run.request.key().equals(runKey))
                                .map(phase -> phase.id)
                                .toList());
    }

    @Override
    public Map<String, Long> heads(String afterRunId, int max) {
        return transactions.run("runs.heads", () -> {
            Map<String, Long> heads = new LinkedHashMap<>();
            memory.runs.values().stream()
                    .filter(run -> !run.state.isFinal() || (!afterRunId.isEmpty() && run.id.compareTo(afterRunId) > 0))
                    .limit(max)
                    .forEach(run -> heads.put(run.id, (long) run.events.size()));
            return heads;
        });
    }

    private List<PhaseRow> toTakeOver(Plan plan, TakeOver takeOver) {
        RunRow other = Optional.ofNullable(memory.runs.get(takeOver.runId()))
                .orElseThrow(() -> TakeOverRules.noSuchRun(takeOver.runId()));
        Map<String, StageState> states = new HashMap<>();
        other.phases.forEach(phase -> states.put(phase.plan.phase(), phase.state));
        List<String> names = TakeOverRules.phases(plan, takeOver, states);
        return names.stream()
                .flatMap(name ->
                        other.phases.stream().filter(phase -> phase.plan.phase().equals(name)))
                .toList();
    }

    private static void takeOver(RunRow run, PhaseRow done, Instant now) {
        for (PhaseRow phase : run.phases) {
            if (phase.plan.phase().equals(done.plan.phase())) {
                phase.takeOver(done, now);
                run.log(
                        now,
                        EventKind.PHASE_TAKEN_OVER,
                        phase,
                        Json.object(
                                "phase",
                                phase.plan.phase(),
                                "fromRun",
                                phase.worker().run.id,
                                "fromPhase",
                                phase.worker().id));
            }
        }
    }

    @Override
    public Optional<RunRequest> request(String runId) {
        return transactions
                .run("runs.request", () -> Optional.ofNullable(memory.runs.get(runId)))
                .map(run -> new RunRequest(
                        run.plan(), run.request.source(), run.inputs, run.request.agents(), Optional.empty()));
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
