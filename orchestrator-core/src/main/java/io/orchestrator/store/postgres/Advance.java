package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.ExpansionException;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Move;
import io.orchestrator.run.PhaseSnapshot;
import io.orchestrator.run.RunDecisions;
import io.orchestrator.run.RunSnapshot;
import io.orchestrator.run.StageState;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Unreadable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;

/**
 * Carries out what {@link RunDecisions} decides, move by move, holding the run's row: of two transactions that end the
 * last two tasks of a phase, the one that commits later sees both and moves on, and no other does.
 */
final class Advance {
    private final Tables tables;
    private final StepOpening opening;
    private final RoundEnding roundEnding;

    Advance(Tables tables, StepOpening opening) {
        this.tables = tables;
        this.opening = opening;
        this.roundEnding = new RoundEnding(tables);
    }

    Ready run(DSLContext dsl, String runId, EventLog log) {
        return tables.runs.lock(dsl, runId).map(run -> run(dsl, run, log)).orElse(Ready.NOTHING);
    }

    /** The same for a run whose row this transaction holds. */
    Ready run(DSLContext dsl, RunsTable.Locked run, EventLog log) {
        return run(new Progress(dsl, run, List.of(), Optional.empty(), log));
    }

    /** The same for a run that this transaction submits; the caller writes it afterwards. */
    Ready run(DSLContext dsl, NewRun run, EventLog log) {
        return run(new Progress(dsl, run.row(), run.phases(), Optional.of(run), log));
    }

    private static Ready run(Progress progress) {
        while (true) {
            try {
                Optional<Move> move = RunDecisions.next(progress.snapshot());
                if (move.isEmpty()) {
                    progress.startTheRest();
                    return new Ready(progress.tickets, progress.timersChanged);
                }
                progress.carryOut(move.get());
            } catch (Unreadable e) {
                progress.endWithoutPlan(e);
            }
        }
    }

    /** One transaction's way through the moves of one run. */
    private final class Progress {
        private final DSLContext dsl;
        private final RunsTable.Locked run;
        private final EventLog log;
        private final List<Ticket> tickets = new ArrayList<>();
        private Optional<StageState> ending;
        private StageState state;
        /**
         * What is known of the phases, kept up to date move by move, or nothing where they have to be read. What others
         * book meanwhile is missing; they wait for the run's row, and then look for themselves.
         */
        private List<PhaseSnapshot> phases;

        /** Phases that start and whose first step is still to be opened: both are one statement. */
        private final Set<String> starting = new LinkedHashSet<>();

        /** The run while its rows may still be missing. */
        private final Optional<NewRun> newRun;

        private boolean timersChanged;

        /** The plan cannot be read: all that is left to do is to end the run. */
        private boolean planIsLost;

        Progress(
                DSLContext dsl,
                RunsTable.Locked run,
                List<PhaseSnapshot> phases,
                Optional<NewRun> newRun,
                EventLog log) {
            this.newRun = newRun;
            this.phases = phases;
            this.dsl = dsl;
            this.run = run;
            this.log = log;
            this.ending = run.ending();
            this.state = run.state();
        }

        RunSnapshot snapshot() {
            if (phases.isEmpty()) {
                phases = planIsLost
                        ? tables.phases.withoutPlan(dsl, run.id())
                        : tables.phases.snapshot(dsl, run.id(), run.plan());
            }
            return new RunSnapshot(run.id(), state, ending, phases);
        }

        /** Before any statement that is about the rows of the run or its phases. */
        private void writeRows() {
            newRun.ifPresent(unwritten -> {
                startTheRest();
                unwritten.write(dsl);
            });
        }

        private boolean rowsAreWritten() {
            return newRun.map(NewRun::isWritten).orElse(true);
        }

        private void becomes(PhaseSnapshot changed) {
            phases = phases.stream()
                    .map(phase -> phase.id().equals(changed.id()) ? changed : phase)
                    .toList();
        }

        private void readAgain() {
            startTheRest();
            phases = List.of();
        }

        void carryOut(Move move) {
            switch (move) {
                case Move.StartPhase(PhaseSnapshot phase) -> start(phase);
                case Move.DelayPhase(PhaseSnapshot phase) -> delay(phase);
                case Move.OpenStep(PhaseSnapshot phase, int step) -> open(phase, step);
                case Move.EndPhase(PhaseSnapshot phase, StageState end) -> end(phase, end);
                case Move.DecideRun(StageState end, PhaseSnapshot because) -> decide(end, because);
                case Move.EndRun(StageState end) -> endRun(end);
            }
        }

        private void start(PhaseSnapshot phase) {
            PhasePlan plan = run.plan().phase(phase.name());
            if (plan.timebox().isEmpty() && phase.round() == 1) {
                starting.add(phase.id());
            } else {
                writeRows();
                tables.phases.start(dsl, phase.id(), plan.timebox());
            }
            plan.timebox().ifPresent(timebox -> {
                tables.timers.scheduleTimebox(dsl, "phase", run.id(), phase.id(), timebox);
                timersChanged = true;
            });
            log.add(Event.ofPhase(run.id(), phase.id(), EventKind.PHASE_STARTED, Json.object("phase", phase.name())));
            becomes(phase.started());
        }

        /** Those whose first step was not opened. */
        void startTheRest() {
            for (String id : starting) {
                if (rowsAreWritten()) {
                    tables.phases.start(dsl, id, Optional.empty());
                } else {
                    newRun.orElseThrow().starts(id);
                }
            }
            starting.clear();
        }

        private void startWithStep(String id, int tasks) {
            starting.remove(id);
            if (rowsAreWritten()) {
                tables.phases.startWithStep(dsl, id, tasks);
            } else {
                newRun.orElseThrow().startsWithStep(id, tasks);
            }
        }

        private void delay(PhaseSnapshot phase) {
            writeRows();
            Duration delay = run.plan().phase(phase.name()).delay().orElseThrow();
            tables.waiting.beginDelay(dsl, run.id(), phase.id(), delay);
            timersChanged = true;
            readAgain();
            log.add(Event.ofPhase(
                    run.id(),
                    phase.id(),
                    EventKind.PHASE_DELAYED,
                    Json.object("phase", phase.name(), "delayMs", delay.toMillis())));
        }

        private void open(PhaseSnapshot phase, int step) {
            try {
                StepOpening.Opened opened = opened(phase, step);
                tickets.addAll(opened.tickets());
                timersChanged |= opened.timersSet();
                becomes(phase.opened(step, opened.tasks()));
            } catch (ExpansionException | Unreadable e) {
                if (starting.contains(phase.id())) {
                    startWithStep(phase.id(), 0);
                }
                fail(phase, e);
            }
        }

        private void fail(PhaseSnapshot phase, RuntimeException why) {
            writeRows();
            String reason = "phase " + phase.name() + ": " + why.getMessage();
            tables.phases.decide(dsl, Map.of(phase.id(), StageState.FAILED), reason);
            readAgain();
        }

        /** Without its plan a run cannot go on, but it can end: what runs may finish, and nothing more is started. */
        void endWithoutPlan(Unreadable why) {
            if (planIsLost) {
                throw why;
            }
            planIsLost = true;
            writeRows();
            readAgain();
            String reason = String.valueOf(why.getMessage());
            if (ending.isEmpty() && tables.runs.decide(dsl, run.id(), StageState.FAILED, reason)) {
                ending = Optional.of(StageState.FAILED);
                log.add(Event.ofRun(run.id(), EventKind.RUN_UNREADABLE, Json.object("error", reason)));
                Map<String, StageState> open = new HashMap<>();
                tables.phases.open(dsl, run.id()).forEach(id -> open.put(id, StageState.FAILED));
                tables.phases.decide(dsl, open, reason);
            }
        }

        private StepOpening.Opened opened(PhaseSnapshot phase, int step) {
            if (starting.contains(phase.id())) {
                StepOpening.Opened first = opening.openFirst(dsl, run, phase);
                startWithStep(phase.id(), first.tasks());
                return first;
            }
            writeRows();
            return opening.open(dsl, run, phase, step);
        }

        private void end(PhaseSnapshot phase, StageState end) {
            writeRows();
            if (end == StageState.COMPLETED && goesOn(phase)) {
                return;
            }
            tables.phases.finish(dsl, phase.id(), end, null);
            tables.timers.cancelOfPhase(dsl, phase.id());
            log.add(Event.ofPhase(run.id(), phase.id(), EventKind.ofPhaseEnd(end), Json.object("phase", phase.name())));
            becomes(phase.ended(end));
        }

        /** Whether there is more to it, because its outputs are not good enough or cannot be read. */
        private boolean goesOn(PhaseSnapshot phase) {
            try {
                boolean missed = roundEnding.missed(dsl, run, phase, log);
                if (missed) {
                    readAgain();
                }
                return missed;
            } catch (Unreadable e) {
                fail(phase, e);
                return true;
            }
        }

        private void decide(StageState end, PhaseSnapshot because) {
            writeRows();
            String reason = tables.phases
                    .reason(dsl, because.id())
                    .orElse("phase " + because.name() + " ended as " + end.wire());
            tables.runs.decide(dsl, run.id(), end, reason);
            ending = Optional.of(end);
        }

        private void endRun(StageState end) {
            writeRows();
            tables.runs.finish(dsl, run.id(), end);
            tables.timers.cancelOfRun(dsl, run.id());
            tables.gates.remove(dsl, Gate.ofRun(run.id()));
            state = end;
            log.add(Event.ofRun(run.id(), EventKind.ofRunEnd(end), Json.EMPTY_OBJECT));
        }
    }
}
