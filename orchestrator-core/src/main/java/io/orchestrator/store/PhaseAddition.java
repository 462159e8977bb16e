package io.orchestrator.store;

import io.orchestrator.json.Json;
import io.orchestrator.plan.IdempotenceKey;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.PlanFault;
import io.orchestrator.plan.PlanReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A phase for the run of a key: the first one makes the run, each other one is added to it. The run's plan is what it would
 * be if all of them had been written into one: a phase that does not say what it needs needs the one before it.
 *
 * @param runKey the caller's name for the run, its key
 * @param phaseKey the caller's name for the phase; the same name and phase are added once
 * @param phase the phase's document
 * @param runBudgets those of the whole run, an object; empty where this call does not say
 * @param runTimebox that of the whole run, in ISO 8601, where this call says so
 */
public record PhaseAddition(String runKey, String phaseKey, Json phase, Json runBudgets, Optional<String> runTimebox) {
    private static final String FIRST = "/phases/0";

    public PhaseAddition {
        IdempotenceKey.required("the run's key", runKey);
        IdempotenceKey.required("the phase's key", phaseKey);
    }

    /** Equal for phases that are the same, by meaning. */
    public String contentHash() {
        return phase.sha256();
    }

    /** The document of the run that begins with this phase. */
    public Json firstDocument() {
        Json.ObjectBuilder document =
                Json.builder().put("phases", List.of(phase)).put("name", runKey);
        if (runBudgets.size() > 0) {
            document.put("budgets", runBudgets);
        }
        return document.putIfPresent("timebox", runTimebox).build();
    }

    /**
     * The run's document with this phase at its end.
     *
     * @throws PhaseRefused when the run has other limits than this call says
     */
    public Json addedTo(String runId, Json document) {
        if (runBudgets.size() > 0 && !document.get("budgets").equals(Optional.of(runBudgets))) {
            throw PhaseRefused.otherLimits(runId, "budgets", document.get("budgets"), runBudgets);
        }
        if (runTimebox.isPresent() && !document.text("timebox").equals(runTimebox)) {
            throw PhaseRefused.otherLimits(runId, "timebox", document.get("timebox"), Json.of(runTimebox.get()));
        }
        List<Json> phases = inGraph(document.get("phases").orElseThrow().elements());
        List<String> before = phases.getLast().text("phase").stream().toList();
        phases.add(phase.has("needs") ? phase : phase.with("needs", before));
        return document.with("phases", phases);
    }

    /** Where no phase says what it needs, each needs the one before it; once one says so, all have to. */
    private static List<Json> inGraph(List<Json> phases) {
        if (phases.stream().anyMatch(phase -> phase.has("needs"))) {
            return new ArrayList<>(phases);
        }
        List<Json> result = new ArrayList<>();
        for (Json phase : phases) {
            result.add(
                    result.isEmpty()
                            ? phase
                            : phase.with(
                                    "needs",
                                    result.getLast().text("phase").stream().toList()));
        }
        return result;
    }

    /**
     * Reads a document that this phase is the last one of.
     *
     * @throws InvalidPlanException with all faults, as if this phase were the first one
     */
    public Plan read(Json document) {
        try {
            return PlanReader.read(document);
        } catch (InvalidPlanException e) {
            String own = "/phases/" + (document.get("phases").orElseThrow().size() - 1);
            throw new InvalidPlanException(e.faults().stream()
                    .map(fault -> new PlanFault(
                            fault.pointer().startsWith(own)
                                    ? FIRST + fault.pointer().substring(own.length())
                                    : fault.pointer(),
                            fault.found().replace(own + '/', FIRST + '/'),
                            fault.expected()))
                    .toList());
        }
    }
}
