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
        PhaseDelay delay) {}
