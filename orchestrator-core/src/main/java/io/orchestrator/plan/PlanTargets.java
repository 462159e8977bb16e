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
                Set<String> known = isAgent ? agents : tools;
                Set<String> ofOtherType = isAgent ? tools : agents;
                JsonPointer place = at.child(i).child("agents").child(j);
                check(ref.type(), ref.target(), known, ofOtherType, place, faults);
                ref.fallback()
                        .ifPresent(fallback -> check(
                                ref.type(), fallback.target(), known, ofOtherType, place.child("fallback"), faults));
            }
        }
        return faults.list();
    }

    private static void check(
            TaskType type,
            String target,
            Set<String> known,
            Set<String> ofOtherType,
            JsonPointer place,
            Faults faults) {
        if (!known.contains(target)) {
            faults.add(
                    place,
                    "the unknown " + type.wire() + " \"" + target + "\"",
                    () -> expected(type, target, known, ofOtherType));
        }
    }

    private static String expected(TaskType type, String target, Set<String> known, Set<String> ofOtherType) {
        String kind = type.wire();
        String words = "the name of " + (type == TaskType.AGENT ? "an agent" : "a tool")
                + " from the agents file or registered in code";
        if (ofOtherType.contains(target)) {
            String other = (type == TaskType.AGENT ? TaskType.TOOL : TaskType.AGENT).wire();
            return words + "; \"" + target + "\" is of the other kind: {\"" + other + "\": \"" + target + "\"}";
        }
        return known.isEmpty() ? words + " (there is no " + kind + ")" : words + DidYouMean.hint(target, known);
    }
}
