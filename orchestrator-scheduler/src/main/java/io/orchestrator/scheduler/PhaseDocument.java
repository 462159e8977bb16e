package io.orchestrator.scheduler;

import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentRef;
import io.orchestrator.plan.Budgets;
import io.orchestrator.plan.Fallback;
import io.orchestrator.plan.OnRubricMiss;
import io.orchestrator.plan.Parallelism;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.RetryPolicy;
import io.orchestrator.plan.Shard;
import io.orchestrator.plan.StuckRules;
import io.orchestrator.plan.TaskType;
import java.time.Duration;
import java.util.Optional;

/** Writes a phase that was built in code as the document that a plan's reader reads. Its {@code needs} stay behind. */
final class PhaseDocument {
    private PhaseDocument() {}

    static Json of(PhasePlan phase) {
        Json.ObjectBuilder document = Json.builder()
                .put("phase", phase.phase())
                .put("parallelism", parallelism(phase.parallelism()))
                .put("agents", phase.agents().stream().map(PhaseDocument::agent).toList())
                .put("inputs", phase.inputs())
                .put("budgets", budgets(phase.budgets()))
                .putIfPresent("timebox", phase.timebox().map(Duration::toString))
                .putIfPresent("delay", phase.delay().map(Duration::toString))
                .put("rubrics", phase.rubrics());
        return phase.rubrics().isEmpty()
                ? document.build()
                : document.put("onRubricMiss", onRubricMiss(phase.onRubricMiss()))
                        .build();
    }

    private static Object parallelism(Parallelism parallelism) {
        return switch (parallelism) {
            case Parallelism.Sequential ignored -> "sequential";
            case Parallelism.AtMost atMost -> atMost.limit();
        };
    }

    private static Json agent(AgentRef agent) {
        return Json.builder()
                .put(agent.type() == TaskType.TOOL ? "tool" : "agent", agent.target())
                .put("as", agent.as())
                .put("inputs", agent.inputs())
                .putIfPresent("shard", agent.shard().map(PhaseDocument::shard))
                .putIfPresent("timebox", agent.timebox().map(Duration::toString))
                .putIfPresent("retry", agent.retry().map(PhaseDocument::retry))
                .putIfPresent("fallback", agent.fallback().map(PhaseDocument::fallback))
                .putIfPresent(
                        "stuck",
                        Optional.of(agent.stuck()).filter(StuckRules::isOn).map(PhaseDocument::stuck))
                .build();
    }

    private static Json fallback(Fallback fallback) {
        return Json.object("target", fallback.target(), "fromCheckpoint", fallback.fromCheckpoint());
    }

    private static Json stuck(StuckRules rules) {
        Json spend = Json.builder()
                .putIfPresent("tokens", rules.tokensWithoutProgress())
                .putIfPresent("usd", rules.usdWithoutProgress())
                .build();
        return Json.builder()
                .putIfPresent("noProgress", rules.noProgress().map(Duration::toString))
                .putIfPresent("noOutput", rules.noOutput().map(Duration::toString))
                .putIfPresent("spendWithoutProgress", Optional.of(spend).filter(limits -> limits.size() > 0))
                .put("action", rules.action().wire())
                .build();
    }

    private static Object onRubricMiss(OnRubricMiss policy) {
        return switch (policy) {
            case OnRubricMiss.Fail() -> "fail";
            case OnRubricMiss.Retry(int rounds) -> Json.object("retry", rounds);
            case OnRubricMiss.Hold() -> "hold";
        };
    }

    private static Json shard(Shard shard) {
        return Json.object("over", shard.over(), "size", shard.size());
    }

    private static Json retry(RetryPolicy retry) {
        return Json.object(
                "base",
                retry.base().toString(),
                "max",
                retry.max().toString(),
                "maxAttempts",
                retry.maxAttempts(),
                "jitter",
                retry.jitter());
    }

    private static Json budgets(Budgets budgets) {
        return Json.builder()
                .putIfPresent("tokens", budgets.tokens())
                .putIfPresent("tools_minutes", budgets.toolsMinutes())
                .putIfPresent("usd", budgets.usd())
                .build();
    }
}
