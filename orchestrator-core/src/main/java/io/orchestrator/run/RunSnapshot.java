package io.orchestrator.run;

import java.util.List;
import java.util.Optional;

/** A run as {@link RunDecisions} sees it, read under the lock of its row. */
public record RunSnapshot(String id, StageState state, Optional<StageState> ending, List<PhaseSnapshot> phases) {
    public RunSnapshot {
        phases = List.copyOf(phases);
    }
}
