package io.orchestrator.plan;

import java.util.List;

/** An agents file is refused, or cannot be read. */
public final class InvalidAgentsFileException extends InvalidDocumentException {
    private static final long serialVersionUID = 1L;

    InvalidAgentsFileException(String document, List<PlanFault> faults) {
        super(document, faults);
    }
}
