package io.orchestrator.store;

/** An idempotence key was used before, for something else. */
public final class KeyConflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private KeyConflict(String message) {
        super(message);
    }

    /** The caller's name for a phase. */
    public static KeyConflict ofPhase(String phaseKey, String runId) {
        return new KeyConflict("phase_id '" + phaseKey + "' belongs to a phase of run " + runId
                + " that was scheduled with another plan, other inputs or other limits: use another phase_id, or schedule the"
                + " same again");
    }

    public KeyConflict(String key, String runId) {
        super("key '" + key + "' belongs to run " + runId
                + ", which was submitted with another plan or other inputs: use another key, or submit the same again");
    }
}
