package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One phase of a plan.
 *
 * @param phase its name, unique in the plan
 * @param inputs laid over the run's inputs for the tasks of this phase, an object
 * @param timebox the phase's length at most, counted from its start
 * @param rubrics limits by name, such as {@code coverage_min}, for the metrics that outputs report
 * @param delay how long after its needs are met the phase starts
 * @param onRubricMiss what follows when a rubric does not hold
 * @param needs names of the phases that must have completed; made explicit by the reader, so that phases without
 *     {@code needs} in a plan where none has any need the phase before them
 */
public record PhasePlan(
        String phase,
        Parallelism parallelism,
        List<AgentRef> agents,
        Json inputs,
        Budgets budgets,
        Optional<Duration> timebox,
        Optional<Duration> delay,
        Map<String, BigDecimal> rubrics,
        OnRubricMiss onRubricMiss,
        List<String> needs) {
    public PhasePlan {
        agents = List.copyOf(agents);
        rubrics = Map.copyOf(rubrics);
        needs = List.copyOf(needs);
    }
}
