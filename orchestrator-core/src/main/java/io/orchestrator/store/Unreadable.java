package io.orchestrator.store;

/**
 * What stands in the store cannot be read, and reading it again gives the same. It concerns the row that it stands in and
 * nothing else: whoever works through many rows goes on with the others. The message says what it is, and why.
 */
public final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param what with whose it is, such as {@code the plan of run run-1} */
    public Unreadable(String what, RuntimeException cause) {
        super(what + " cannot be read: " + reason(cause), cause);
    }

    public Unreadable(String what, String why) {
        super(what + " cannot be read: " + why);
    }

    private static String reason(RuntimeException cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
