package io.orchestrator.plan;

import java.util.List;

/** A plan is refused; nothing of it was stored. */
public final class InvalidPlanException extends InvalidDocumentException {
    private static final long serialVersionUID = 1L;

    public InvalidPlanException(List<PlanFault> faults) {
        super("the plan", faults);
    }
}
