package io.orchestrator.agent;

/**
 * A child cannot be submitted: its key was used for something else, or there would be too many. Doing the same again
 * cannot help, so an attempt that lets this pass fails its task for good.
 */
public final class ChildRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ChildRefused(String message) {
        super(message);
    }

    /** The same key with other content. */
    public static ChildRefused conflict(String key, String taskId) {
        return new ChildRefused("key '" + key + "' was used for child " + taskId
                + " with another target or input: the same key must mean the same work in every attempt");
    }
}
