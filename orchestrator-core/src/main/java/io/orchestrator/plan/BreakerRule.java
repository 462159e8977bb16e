package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * When a target that fails again and again is held, for all runs and workers.
 *
 * @param failures so many attempts in a row that one worker sees failing, at least 1
 * @param pause how long it is held before probes are let through; each time in a row that they fail, twice as long
 * @param probes how many tasks may try whether it works again, at least 1
 */
public record BreakerRule(int failures, Duration pause, int probes) {
    public static final int DEFAULT_FAILURES = 5;
    public static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);

    public BreakerRule {
        if (failures < 1 || probes < 1 || pause.isNegative() || pause.isZero()) {
            throw new IllegalArgumentException("a breaker has at least 1 failure, 1 probe and some wait, found "
                    + failures + ", " + probes + " and " + pause);
        }
    }

    /**
     * The rule of a target, in an agents file or what was stored of one; empty where it has none.
     *
     * @param agents in the form of {@link AgentsFile#toJson}
     */
    public static Optional<BreakerRule> of(Json agents, TaskType type, String target) {
        return agents.get(type == TaskType.TOOL ? "tools" : "agents")
                .flatMap(all -> all.get(target))
                .flatMap(BreakerRule::of);
    }

    /** Reads what a program's definition says, after every check. */
    static Optional<BreakerRule> of(Json program) {
        return program.get("breaker")
                .map(rule -> new BreakerRule(
                        rule.get("failures").map(PlanForm::whole).orElse(DEFAULT_FAILURES),
                        rule.text("wait").flatMap(IsoDuration::read).orElse(DEFAULT_WAIT),
                        rule.get("probes").map(PlanForm::whole).orElse(1)));
    }

    Json toJson() {
        return Json.object("failures", failures, "wait", pause.toString(), "probes", probes);
    }
}
