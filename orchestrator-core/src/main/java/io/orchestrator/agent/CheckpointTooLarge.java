package io.orchestrator.agent;

/** A checkpoint is larger than the engine keeps. Store the bulk elsewhere and keep a reference to it. */
public final class CheckpointTooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CheckpointTooLarge(String taskId, String token, long bytes, long maxBytes) {
        super("checkpoint '" + token + "' of task " + taskId + " has " + bytes + " bytes, at most " + maxBytes
                + " are kept: store the bulk elsewhere and keep a reference to it");
    }
}
