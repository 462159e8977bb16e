package io.orchestrator.plan;

import io.orchestrator.json.Json;

/**
 * Reads plans. Refuses a bad one with everything that is wrong with it: first what the published schema
 * ({@code plan.schema.json} beside this class) says, then what a schema cannot say, see {@link PlanRules}.
 *
 * <p>Reading depends on the document alone: a stored document gives the same plan whenever it is read again. Thread-safe.
 */
public final class PlanReader {
    private static final DocumentSchema SCHEMA = DocumentSchema.resource("plan.schema.json");

    private PlanReader() {}

    /**
     * Reads the text of a plan file.
     *
     * @throws InvalidPlanException with line and column where the text is no JSON, else with all its faults
     */
    public static Plan read(String text) {
        Faults faults = new Faults();
        Json document = DocumentSchema.parse(text, faults);
        faults.refuse(InvalidPlanException::new);
        return read(document);
    }

    /**
     * Reads a plan.
     *
     * @throws InvalidPlanException with all its faults
     */
    public static Plan read(Json document) {
        Faults faults = new Faults();
        if (SCHEMA.check(document, faults)) {
            PlanRules.check(document, faults);
        }
        faults.refuse(InvalidPlanException::new);
        return PlanForm.plan(document);
    }

    /** Reads a plan that {@link #read(Json)} has accepted before, without asking again whether it keeps to all rules. */
    public static Plan readAccepted(Json document) {
        return PlanForm.plan(document);
    }

    /** A hash of the plan's meaning, in hex: equal whatever the order of its fields and its white space. */
    public static String planHash(Json document) {
        return document.sha256();
    }
}
