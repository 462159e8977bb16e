package io.orchestrator.agent;

/**
 * The budget of this task's phase or run is used up. What the task has saved is kept; trying again cannot help, so an
 * attempt that lets this pass fails its task for good.
 */
public final class BudgetExhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BudgetExhausted(String message) {
        super(message);
    }
}
