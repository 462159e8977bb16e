package io.orchestrator.run;

/** One thing a run does next. */
public sealed interface Move {
    /** Start a phase whose needs have completed. */
    record StartPhase(PhaseSnapshot phase) implements Move {}

    /** The needs of a phase have completed, and now it waits for its delay. */
    record DelayPhase(PhaseSnapshot phase) implements Move {}

    /** Make and release the tasks of a phase's next step. */
    record OpenStep(PhaseSnapshot phase, int step) implements Move {}

    /** The phase has no open task left: it ends in this state (completed only if its rubrics hold). */
    record EndPhase(PhaseSnapshot phase, StageState state) implements Move {}

    /** A phase ends badly: so will the run, and what has not started in it never will. */
    record DecideRun(StageState ending, PhaseSnapshot because) implements Move {}

    record EndRun(StageState state) implements Move {}
}
