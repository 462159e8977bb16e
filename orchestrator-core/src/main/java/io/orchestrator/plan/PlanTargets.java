package io.orchestrator.plan;

import io.orchestrator.json.JsonPointer;
import java.util.List;
import java.util.Set;

/** Compares the agents and tools that a plan names with those that there are. */
public final class PlanTargets {
    private PlanTargets() {}

    /** One fault for each agent or tool of the plan that nobody provides; empty when all are known. */
    public static List<PlanFault> unknown(Plan plan, Set<String> agents, Set<String> tools) {
        Faults faults = new Faults();
        JsonPointer at = JsonPointer.ROOT.child("phases");
        for (int i = 0; i < plan.phases().size(); i++) {
            List<AgentRef> refs = plan.phases().get(i).agents();
            for (int j = 0; j < refs.size(); j++) {
                AgentRef ref = refs.get(j);
                boolean isAgent = ref.type() == TaskType.AGENT;
                if (!(isAgent ? agents : tools).contains(ref.target())) {
                    faults.add(
                            at.child(i).child("agents").child(j),
                            "the unknown " + ref.type().wire() + " \"" + ref.target() + "\"",
                            () -> expected(ref, isAgent ? agents : tools, isAgent ? tools : agents));
                }
            }
        }
        return faults.list();
    }

    private static String expected(AgentRef ref, Set<String> known, Set<String> ofOtherType) {
        String kind = ref.type().wire();
        String words = "the name of " + (ref.type() == TaskType.AGENT ? "an agent" : "a tool")
                + " from the agents file or registered in code";
        if (ofOtherType.contains(ref.target())) {
            String other = (ref.type() == TaskType.AGENT ? TaskType.TOOL : TaskType.AGENT).wire();
            return words + "; \"" + ref.target() + "\" is of the other kind: {\"" + other + "\": \"" + ref.target()
                    + "\"}";
        }
        return known.isEmpty() ? words + " (there is no " + kind + ")" : words + DidYouMean.hint(ref.target(), known);
    }
}
