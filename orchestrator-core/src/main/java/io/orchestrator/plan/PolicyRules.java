package io.orchestrator.plan;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonPointer;

/** The rules for policies that a schema cannot say. */
final class PolicyRules {
    private PolicyRules() {}

    static void phase(Json phase, JsonPointer at, Faults faults) {
        if (phase.has("onRubricMiss") && !phase.has("rubrics")) {
            faults.add(at.child("onRubricMiss"), "a policy for rubrics, and no rubrics", "\"rubrics\" beside it");
        }
        stuck(phase, at, faults);
    }

    static void agent(Json agent, JsonPointer at, Faults faults) {
        stuck(agent, at, faults);
        var target = agent.text("agent").or(() -> agent.text("tool"));
        var fallback = agent.get("fallback");
        var name = fallback.flatMap(written -> written.isText() ? fallback.map(Json::asText) : written.text("target"));
        if (target.isPresent() && target.equals(name)) {
            faults.add(
                    at.child("fallback"),
                    "\"" + target.get() + "\", whose failure it is there for",
                    "the name of another agent or tool");
        }
    }

    private static void stuck(Json owner, JsonPointer at, Faults faults) {
        owner.get("stuck").filter(Json::isObject).ifPresent(rules -> {
            PlanRules.duration(rules, "noProgress", at.child("stuck"), faults);
            PlanRules.duration(rules, "noOutput", at.child("stuck"), faults);
        });
    }
}
