package io.orchestrator.plan;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A document that a user wrote is refused. The message has one line saying which document, and one for each fault; it is
 * fit to be shown as it is.
 */
public abstract class InvalidDocumentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Serialized exceptions keep their message; the faults are for the process that read the document. */
    private final transient List<PlanFault> faults;

    InvalidDocumentException(String document, List<PlanFault> faults) {
        super(faults.stream()
                .map(fault -> "\n  " + fault.sentence())
                .collect(Collectors.joining("", document + " is not valid:", "")));
        this.faults = List.copyOf(faults);
    }

    /** What is wrong, never empty; the first {@value Faults#MOST} where there is more. */
    public List<PlanFault> faults() {
        return faults;
    }
}
