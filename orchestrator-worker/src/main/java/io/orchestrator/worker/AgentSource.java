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

    /** The agents and tools of a registry, each for tasks of its own type. */
    static AgentSource of(AgentRegistry registry) {
        return (task, context) -> switch (task.type()) {
            case AGENT -> registry.find(task.target());
            case TOOL -> registry.findTool(task.target());
        };
    }

    /** This source, or where it knows nobody, another. */
    default AgentSource or(AgentSource other) {
        return (task, context) -> find(task, context).or(() -> other.find(task, context));
    }
}
