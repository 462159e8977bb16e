package io.orchestrator.verify;

/** What a rule cannot be judged without. */
public enum Need {
    JOURNAL("no journal was given"),
    DRAINED("the work was not said to be drained"),
    WHOLE_DATABASE("only one run was asked for");

    private final String absence;

    Need(String absence) {
        this.absence = absence;
    }

    /** Why a rule with this need was skipped. */
    String absence() {
        return absence;
    }

    boolean isMet(Scope scope) {
        return switch (this) {
            case JOURNAL -> scope.journal().isPresent();
            case DRAINED -> scope.drained();
            case WHOLE_DATABASE -> scope.runId().isEmpty();
        };
    }
}
