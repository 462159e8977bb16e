package io.orchestrator.store;

/** An idempotence key was used before, for something else. */
public final class KeyConflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public KeyConflict(String key, String runId) {
        super("key '" + key + "' belongs to run " + runId
                + ", which was submitted with another plan or other inputs: use another key, or submit the same again");
    }
}
