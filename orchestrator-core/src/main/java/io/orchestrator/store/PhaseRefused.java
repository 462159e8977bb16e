package io.orchestrator.store;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import java.util.Optional;

/** A phase cannot be added to the run of its key; the message says why and what to do. Nothing was stored. */
public final class PhaseRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private PhaseRefused(String message) {
        super(message);
    }

    /** The run has ended badly, or is about to. */
    public static PhaseRefused ofEnded(String key, String runId, StageState end) {
        return new PhaseRefused("run " + runId + " (" + key + ") has ended as " + end.wire()
                + " or is about to, and takes no further phase: continue it with 'orchestrator retry " + runId
                + "', or schedule the phase under another run_id");
    }

    /**
     * What the phase would build on is gone.
     *
     * @param gone the run itself, or one whose work it has taken over
     */
    public static PhaseRefused ofDeleted(String key, String runId, String gone) {
        return new PhaseRefused("run " + runId + " (" + key + ") takes no further phase, because "
                + (gone.equals(runId) ? "it" : "run " + gone + ", whose work it has taken over,")
                + " is deleted: schedule the phase under another run_id");
    }

    public static PhaseRefused ofTimebox(String key, String runId) {
        return new PhaseRefused("the timebox of run " + runId + " (" + key
                + ") is over, and it takes no further phase: schedule the phase under another run_id");
    }

    static PhaseRefused otherLimits(String runId, String what, Optional<Json> has, Json said) {
        return new PhaseRefused("run " + runId + " began with "
                + has.map(limit -> what + " " + limit).orElse("no " + what)
                + ", and this phase says " + said + ": say the same, or leave the run's " + what
                + " out after its first phase");
    }
}
