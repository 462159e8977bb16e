package io.orchestrator.attempt;

/**
 * What was thrown, in one sentence: what it says, and what it comes from in the end, because a wrapper's own message seldom
 * tells. The trace is the log's. Pure.
 */
final class Reasons {
    private static final int DEEPEST = 100;

    private Reasons() {}

    static String message(Throwable e) {
        String text = e.getMessage();
        return text == null || text.isBlank() ? e.getClass().getName() : text;
    }

    /** Of a failure that was meant: its own words. */
    static String of(Throwable e) {
        String text = e.getMessage();
        return withRoot(text == null || text.isBlank() ? "it failed, and the message that says why is empty" : text, e);
    }

    /** Of a failure that nothing provides for: its kind says as much as its words. */
    static String ofUnforeseen(Throwable e) {
        return withRoot(describe(e), e);
    }

    private static String withRoot(String text, Throwable e) {
        Throwable root = e;
        for (int depth = 0; root.getCause() != null && depth < DEEPEST; depth++) {
            root = root.getCause();
        }
        String cause = describe(root);
        return root.equals(e) || text.contains(cause) ? text : text + "; caused by " + cause;
    }

    private static String describe(Throwable e) {
        String text = e.getMessage();
        String kind = e.getClass().getName();
        return text == null || text.isBlank() ? kind : kind + ": " + text;
    }
}
