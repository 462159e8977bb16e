package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.util.Optional;

/** Reads what a plan says of failing, missing and being stuck, from a document that has passed every check. */
final class PolicyForm {
    private PolicyForm() {}

    static OnRubricMiss onRubricMiss(Json phase) {
        return phase.get("onRubricMiss").map(PolicyForm::written).orElseGet(OnRubricMiss.Fail::new);
    }

    private static OnRubricMiss written(Json policy) {
        return policy.isObject()
                ? new OnRubricMiss.Retry(
                        policy.get("retry").map(PlanForm::whole).orElseThrow())
                : switch (policy.asText()) {
                    case "retry" -> new OnRubricMiss.Retry(1);
                    case "hold" -> new OnRubricMiss.Hold();
                    default -> new OnRubricMiss.Fail();
                };
    }

    static Optional<Fallback> fallback(Json agent) {
        return agent.get("fallback")
                .map(written -> written.isText()
                        ? new Fallback(written.asText(), false)
                        : new Fallback(
                                written.text("target").orElseThrow(),
                                written.get("fromCheckpoint")
                                        .map(Json::asBoolean)
                                        .orElse(false)));
    }

    /** The rules of an agent, where it has its own, stand instead of those of its phase. */
    static StuckRules stuck(Json owner, StuckRules otherwise) {
        return owner.get("stuck").map(PolicyForm::stuck).orElse(otherwise);
    }

    private static StuckRules stuck(Json rules) {
        Json spend = rules.get("spendWithoutProgress").orElse(Json.EMPTY_OBJECT);
        return new StuckRules(
                rules.text("noProgress").flatMap(IsoDuration::read),
                rules.text("noOutput").flatMap(IsoDuration::read),
                spend.get("tokens").map(tokens -> tokens.asDecimal().longValueExact()),
                spend.get("usd").map(Json::asDecimal),
                rules.text("action").map(StuckRules.Action::of).orElse(StuckRules.Action.WARN));
    }
}
