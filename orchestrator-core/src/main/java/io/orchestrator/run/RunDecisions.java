package io.orchestrator.run;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run does next. A store asks again after each {@link Move} until there is none; every move changes what the
 * next question sees, so the questions end.
 */
public final class RunDecisions {
    private RunDecisions() {}

    public static Optional<Move> next(RunSnapshot run) {
        if (run.state().isFinal() || isToStartLater(run)) {
            return Optional.empty();
        }
        return endOrContinuePhase(run)
                .or(() -> decideRun(run))
                .or(() -> startOrSkipPhase(run))
                .or(() -> endRun(run));
    }

    /** Accepted, and waiting for its instant; a cancel does not wait for it. */
    private static boolean isToStartLater(RunSnapshot run) {
        return run.state() == StageState.PENDING && run.ending().isEmpty();
    }

    private static Optional<Move> endOrContinuePhase(RunSnapshot run) {
        return run.phases().stream()
                .filter(p -> hasNothingToWaitFor(p, run))
                .findFirst()
                .map(phase -> {
                    if (phase.ending().isPresent()) {
                        return new Move.EndPhase(phase, phase.ending().get());
                    }
                    if (run.ending().isPresent()) {
                        return new Move.EndPhase(phase, StageState.CANCELLED);
                    }
                    return phase.step() + 1 < phase.steps()
                            ? new Move.OpenStep(phase, phase.step() + 1)
                            : new Move.EndPhase(phase, StageState.COMPLETED);
                });
    }

    /** A phase that holds waits for a person, or for what overrules the person. */
    private static boolean hasNothingToWaitFor(PhaseSnapshot phase, RunSnapshot run) {
        return switch (phase.state()) {
            case RUNNING -> phase.open() == 0;
            case HOLDING -> phase.ending().isPresent() || run.ending().isPresent();
            case PENDING, COMPLETED, FAILED, CANCELLED, TIMED_OUT -> false;
        };
    }

    private static Optional<Move> decideRun(RunSnapshot run) {
        if (run.ending().isPresent()) {
            return Optional.empty();
        }
        return run.phases().stream()
                .flatMap(phase -> badEnd(phase).stream().map(end -> (Move) new Move.DecideRun(end, phase)))
                .findFirst();
    }

    private static Optional<StageState> badEnd(PhaseSnapshot phase) {
        return switch (phase.state()) {
            case PENDING, RUNNING, HOLDING -> phase.ending();
            case COMPLETED -> Optional.empty();
            case FAILED, CANCELLED, TIMED_OUT -> Optional.of(phase.state());
        };
    }

    private static Optional<Move> startOrSkipPhase(RunSnapshot run) {
        List<PhaseSnapshot> pending = run.phases().stream()
                .filter(p -> p.state() == StageState.PENDING)
                .toList();
        if (run.ending().isPresent()) {
            return pending.stream().findFirst().map(p -> new Move.EndPhase(p, StageState.CANCELLED));
        }
        Set<String> completed = run.phases().stream()
                .filter(p -> p.state() == StageState.COMPLETED)
                .map(PhaseSnapshot::name)
                .collect(Collectors.toSet());
        return pending.stream()
                .filter(p -> completed.containsAll(p.needs()))
                .flatMap(p -> startOrDelay(p).stream())
                .findFirst();
    }

    private static Optional<Move> startOrDelay(PhaseSnapshot phase) {
        return switch (phase.delay()) {
            case NONE, OVER -> Optional.of(new Move.StartPhase(phase));
            case AHEAD -> Optional.of(new Move.DelayPhase(phase));
            case RUNNING -> Optional.empty();
        };
    }

    private static Optional<Move> endRun(RunSnapshot run) {
        boolean over = run.phases().stream().allMatch(p -> p.state().isFinal());
        return over ? Optional.of(new Move.EndRun(run.ending().orElse(StageState.COMPLETED))) : Optional.empty();
    }
}
