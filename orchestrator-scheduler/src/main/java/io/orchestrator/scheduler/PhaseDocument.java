package io.orchestrator.scheduler;

import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentRef;
import io.orchestrator.plan.Budgets;
import io.orchestrator.plan.Parallelism;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.RetryPolicy;
import io.orchestrator.plan.Shard;
import io.orchestrator.plan.TaskType;
import java.time.Duration;

/** Writes a phase that was built in code as the document that a plan's reader reads. Its {@code needs} stay behind. */
final class PhaseDocument {
    private PhaseDocument() {}

    static Json of(PhasePlan phase) {
        return Json.builder()
                .put("phase", phase.phase())
                .put("parallelism", parallelism(phase.parallelism()))
                .put("agents", phase.agents().stream().map(PhaseDocument::agent).toList())
                .put("inputs", phase.inputs())
                .put("budgets", budgets(phase.budgets()))
                .putIfPresent("timebox", phase.timebox().map(Duration::toString))
                .putIfPresent("delay", phase.delay().map(Duration::toString))
                .put("rubrics", phase.rubrics())
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
                .build();
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
