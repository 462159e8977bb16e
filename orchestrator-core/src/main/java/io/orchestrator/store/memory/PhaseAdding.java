package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Ids;
import io.orchestrator.run.StageState;
import io.orchestrator.run.Timeboxes;
import io.orchestrator.store.AddedPhase;
import io.orchestrator.store.KeyConflict;
import io.orchestrator.store.PhaseAddition;
import io.orchestrator.store.PhaseRefused;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Submission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Adds phases to runs, one by one, as the store on Postgres does. */
final class PhaseAdding {
    private final Memory memory;
    private final Advance advance;
    private final Ids ids;
    private final InstantSource clock;

    PhaseAdding(Memory memory, Advance advance, Ids ids, InstantSource clock) {
        this.memory = memory;
        this.advance = advance;
        this.ids = ids;
        this.clock = clock;
    }

    AddedPhase name(Submission made, PhaseAddition addition) {
        PhaseRow phase = Objects.requireNonNull(memory.runs.get(made.runId()), "a run that was just submitted is there")
                .phases
                .getFirst();
        name(phase, addition);
        return new AddedPhase(made.runId(), phase.id, true, made.ready());
    }

    private static void name(PhaseRow phase, PhaseAddition addition) {
        phase.named = Optional.of(new PhaseRow.Named(addition.phaseKey(), addition.contentHash()));
    }

    AddedPhase add(RunRow run, PhaseAddition addition) {
        Optional<PhaseRow> known = run.phases.stream()
                .filter(phase -> phase.isNamed(addition.phaseKey()))
                .findFirst();
        if (known.isPresent()) {
            if (!known.get().named.orElseThrow().requestHash().equals(addition.contentHash())) {
                throw KeyConflict.ofPhase(addition.phaseKey(), run.id);
            }
            return new AddedPhase(run.id, known.get().id, false, Ready.NOTHING);
        }
        if (run.ending.isPresent() || (run.state.isFinal() && run.state != StageState.COMPLETED)) {
            throw PhaseRefused.ofEnded(addition.runKey(), run.id, run.ending.orElse(run.state));
        }
        Json document = addition.addedTo(run.id, run.request.source());
        Plan plan = addition.read(document);
        Instant now = clock.instant();
        Ready timebox = extend(run, addition.runKey(), plan, document, now);
        PhasePlan phasePlan = plan.phases().getLast();
        PhaseRow phase = new PhaseRow(ids.phase(), run, phasePlan);
        name(phase, addition);
        run.phases.add(phase);
        memory.phases.put(phase.id, phase);
        memory.grant(phase.id, phasePlan.budgets());
        run.log(now, EventKind.RUN_EXTENDED, phase, Json.object("phase", phasePlan.phase()));
        return new AddedPhase(run.id, phase.id, true, advance.run(run).and(timebox));
    }

    private Ready extend(RunRow run, String key, Plan plan, Json document, Instant now) {
        Optional<Instant> deadline = run.state == StageState.COMPLETED ? run.deadline : Optional.empty();
        if (deadline.filter(end -> !now.isBefore(end)).isPresent()) {
            throw PhaseRefused.ofTimebox(key, run.id);
        }
        run.extend(plan, document);
        deadline.ifPresent(end -> {
            Duration left = Duration.between(now, end);
            memory.timers.add(now.plus(Timeboxes.wrapUpAfter(left)), new Promise.RunWrapUp(run));
            memory.timers.add(end, new Promise.RunTimeout(run));
        });
        return new Ready(List.of(), deadline.isPresent());
    }
}
