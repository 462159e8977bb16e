package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A whole plan.
 *
 * @param inputs the defaults of the run's inputs, an object
 * @param timebox the run's length at most, counted from its start
 * @param retry what applies to agents that say nothing themselves
 * @param phases in the order of the file; never empty
 */
public record Plan(
        String name,
        Json inputs,
        Budgets budgets,
        Optional<Duration> timebox,
        Priority priority,
        RetryPolicy retry,
        List<PhasePlan> phases) {
    public Plan {
        phases = List.copyOf(phases);
    }

    public PhasePlan phase(String name) {
        return phases.stream()
                .filter(p -> p.phase().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("plan '" + this.name + "' has no phase '" + name + "'"));
    }
}
