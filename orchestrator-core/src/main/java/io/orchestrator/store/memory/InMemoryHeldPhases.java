package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.StageState;
import io.orchestrator.store.HeldPhaseWords;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.Ready;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Decisions, in memory. */
final class InMemoryHeldPhases implements HeldPhases {
    private final Transactions transactions;
    private final Memory memory;
    private final Advance advance;
    private final InstantSource clock;

    InMemoryHeldPhases(Transactions transactions, Memory memory, Advance advance, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.advance = advance;
        this.clock = clock;
    }

    @Override
    public Decided decide(Request request) {
        return transactions.run("heldPhases.decide", () -> {
            PhaseRow phase = held(request);
            Instant now = clock.instant();
            Json decision = Stored.json(HeldPhaseWords.document(request, phase.round));
            phase.decision = Optional.of(decision);
            phase.run.log(now, EventKind.PHASE_DECIDED, phase, decision);
            carryOut(request, phase, now);
            Ready ready = advance.run(phase.run);
            return new Decided(phase.id, phase.state, ready);
        });
    }

    private PhaseRow held(Request request) {
        RunRow run = Optional.ofNullable(memory.runs.get(request.runId()))
                .orElseThrow(() -> HeldPhaseWords.noSuchRun(request.runId()));
        PhaseRow phase = run.phases.stream()
                .filter(p -> p.plan.phase().equals(request.phase()))
                .findFirst()
                .orElseThrow(() -> HeldPhaseWords.noSuchPhase(
                        request, run.phases.stream().map(p -> p.plan.phase()).toList()));
        Optional<StageState> ending = phase.ending.or(() -> run.ending);
        if (phase.state != StageState.HOLDING || ending.isPresent()) {
            throw HeldPhaseWords.notHeld(request, phase.state, ending, phase.decision);
        }
        return phase;
    }

    private void carryOut(Request request, PhaseRow phase, Instant now) {
        String reason = phase.reason.orElse("");
        switch (request.decision()) {
            case ACCEPT -> advance.finish(phase, StageState.COMPLETED);
            case RETRY -> {
                phase.repeat(phase.rubricMiss.orElse(Json.EMPTY_OBJECT));
                phase.run.log(now, EventKind.PHASE_RETRYING, phase, phase.told(reason));
            }
            case FAIL -> phase.decide(StageState.FAILED, HeldPhaseWords.failure(request, reason));
        }
    }
}
