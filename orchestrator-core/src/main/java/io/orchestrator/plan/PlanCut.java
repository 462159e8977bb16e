package io.orchestrator.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Cuts a plan's graph in two: from a phase on, and what comes before. Pure. */
public final class PlanCut {
    private PlanCut() {}

    /**
     * The phases that are neither the given one nor lead to it by their needs, at whatever distance, in the plan's order.
     *
     * @throws IllegalArgumentException when the plan has no such phase
     */
    public static List<String> before(Plan plan, String from) {
        Set<String> after = new HashSet<>(Set.of(plan.phase(from).phase()));
        boolean grew = true;
        while (grew) {
            grew = false;
            for (PhasePlan phase : plan.phases()) {
                grew |= phase.needs().stream().anyMatch(after::contains) && after.add(phase.phase());
            }
        }
        return plan.phases().stream()
                .map(PhasePlan::phase)
                .filter(name -> !after.contains(name))
                .toList();
    }
}
