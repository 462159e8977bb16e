package io.orchestrator.run;

import java.util.List;
import java.util.Optional;

/**
 * A phase as {@link RunDecisions} sees it.
 *
 * @param round which time it is done, from 1
 * @param step the open step, of this round, -1 before the first
 * @param steps how many there are
 * @param open tasks of the opened steps of this round that are not final
 * @param ending the state it is to end in, once decided
 * @param needs names of the phases that must have completed first
 * @param delay where it stands with waiting before its start
 */
public record PhaseSnapshot(
        String id,
        String name,
        StageState state,
        int round,
        int step,
        int steps,
        int open,
        Optional<StageState> ending,
        List<String> needs,
        PhaseDelay delay) {
    /** The phase once it has started. */
    public PhaseSnapshot started() {
        return with(StageState.RUNNING, step, open);
    }

    /** The phase once a step with so many tasks has been opened. */
    public PhaseSnapshot opened(int opened, int tasks) {
        return with(state, opened, open + tasks);
    }

    /** The phase once it has ended. */
    public PhaseSnapshot ended(StageState end) {
        return with(end, step, open);
    }

    private PhaseSnapshot with(StageState newState, int newStep, int newOpen) {
        return new PhaseSnapshot(id, name, newState, round, newStep, steps, newOpen, ending, needs, delay);
    }
}
