package io.orchestrator.worker;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.PhaseContext;
import java.util.Optional;

/** Finds who does a task. Thread-safe. */
@FunctionalInterface
public interface AgentSource {
    Optional<Agent> find(ClaimedTask task, PhaseContext context);

    /** The Java agents of a registry. */
    static AgentSource of(AgentRegistry registry) {
        return (task, context) -> registry.find(task.target());
    }

    /** This source, or where it knows nobody, another. */
    default AgentSource or(AgentSource other) {
        return (task, context) -> find(task, context).or(() -> other.find(task, context));
    }
}
