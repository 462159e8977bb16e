package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.plan.ExpansionException;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Rubrics;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Move;
import io.orchestrator.run.PhaseDelay;
import io.orchestrator.run.PhaseSnapshot;
import io.orchestrator.run.RubricDecisions;
import io.orchestrator.run.RubricDecisions.Verdict;
import io.orchestrator.run.RunDecisions;
import io.orchestrator.run.StageState;
import io.orchestrator.run.Timeboxes;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Ready;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Carries out what {@link RunDecisions} decides, move by move. */
final class Advance {
    private final Memory memory;
    private final StepOpening opening;
    private final InstantSource clock;

    Advance(Memory memory, StepOpening opening, InstantSource clock) {
        this.memory = memory;
        this.opening = opening;
        this.clock = clock;
    }

    Ready run(RunRow run) {
        Ready ready = Ready.NOTHING;
        while (true) {
            Optional<Move> move = RunDecisions.next(run.snapshot());
            if (move.isEmpty()) {
                return ready;
            }
            ready = ready.and(carryOut(run, move.get()));
        }
    }

    private Ready carryOut(RunRow run, Move move) {
        return switch (move) {
            case Move.StartPhase(PhaseSnapshot phase) -> start(row(phase));
            case Move.DelayPhase(PhaseSnapshot phase) -> delay(row(phase));
            case Move.OpenStep(PhaseSnapshot phase, int step) -> open(row(phase), step);
            case Move.EndPhase(PhaseSnapshot phase, StageState end) -> end(row(phase), end);
            case Move.DecideRun(StageState end, PhaseSnapshot because) -> decide(run, end, row(because));
            case Move.EndRun(StageState end) -> endRun(run, end);
        };
    }

    private PhaseRow row(PhaseSnapshot snapshot) {
        PhaseRow row = memory.phases.get(snapshot.id());
        if (row == null) {
            throw new IllegalStateException("there is no phase " + snapshot.id());
        }
        return row;
    }

    private Ready start(PhaseRow phase) {
        Instant now = clock.instant();
        phase.start(now);
        phase.plan.timebox().ifPresent(timebox -> {
            memory.timers.add(now.plus(Timeboxes.wrapUpAfter(timebox)), new Promise.PhaseWrapUp(phase));
            memory.timers.add(now.plus(timebox), new Promise.PhaseTimeout(phase));
        });
        phase.run.log(now, EventKind.PHASE_STARTED, phase, Json.object("phase", phase.plan.phase()));
        return new Ready(List.of(), phase.plan.timebox().isPresent());
    }

    private Ready delay(PhaseRow phase) {
        Instant now = clock.instant();
        Duration delay = phase.plan.delay().orElseThrow();
        phase.delay = PhaseDelay.RUNNING;
        memory.timers.add(now.plus(delay), new Promise.PhaseStart(phase));
        phase.run.log(
                now,
                EventKind.PHASE_DELAYED,
                phase,
                Json.object("phase", phase.plan.phase(), "delayMs", delay.toMillis()));
        return new Ready(List.of(), true);
    }

    private Ready open(PhaseRow phase, int step) {
        try {
            return opening.open(phase, step, clock.instant());
        } catch (ExpansionException e) {
            phase.decide(StageState.FAILED, "phase " + phase.plan.phase() + ": " + e.getMessage());
            return Ready.NOTHING;
        }
    }

    private Ready end(PhaseRow phase, StageState end) {
        if (end == StageState.COMPLETED) {
            List<Rubrics.Miss> misses = Rubrics.misses(phase.plan.rubrics(), phase.outputs());
            if (!misses.isEmpty()) {
                missed(phase, misses);
                return Ready.NOTHING;
            }
        }
        finish(phase, end);
        return Ready.NOTHING;
    }

    private void missed(PhaseRow phase, List<Rubrics.Miss> misses) {
        PhasePlan plan = phase.plan;
        switch (RubricDecisions.afterMiss(plan.onRubricMiss(), plan.phase(), phase.round, misses)) {
            case Verdict.Fail(String reason, Json miss) -> {
                phase.rubricMiss = Optional.of(Stored.json(miss));
                phase.decide(StageState.FAILED, reason);
            }
            case Verdict.Repeat(int ignored, String reason, Json miss) -> {
                phase.repeat(miss);
                phase.run.log(clock.instant(), EventKind.PHASE_RETRYING, phase, phase.told(reason));
            }
            case Verdict.Hold(String reason, Json miss) -> {
                phase.hold(reason, miss);
                phase.run.log(clock.instant(), EventKind.PHASE_HOLDING, phase, phase.told(reason));
            }
        }
    }

    void finish(PhaseRow phase, StageState end) {
        Instant now = clock.instant();
        phase.finish(end, now);
        memory.timers.cancelAll(promise -> promise.isOfPhase(phase));
        phase.run.log(now, EventKind.ofPhaseEnd(end), phase, Json.object("phase", phase.plan.phase()));
    }

    private static Ready decide(RunRow run, StageState end, PhaseRow because) {
        run.decide(end, because.reason.orElse("phase " + because.plan.phase() + " ended as " + end.wire()));
        return Ready.NOTHING;
    }

    private Ready endRun(RunRow run, StageState end) {
        Instant now = clock.instant();
        run.finish(end, now);
        memory.timers.cancelAll(promise -> promise.isOfRun(run));
        memory.gates.remove(Gate.ofRun(run.id));
        run.log(now, EventKind.ofRunEnd(end), Json.EMPTY_OBJECT);
        return Ready.NOTHING;
    }
}
