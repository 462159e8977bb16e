package io.orchestrator.agent;

import io.orchestrator.json.Json;

/**
 * One kind of work, addressed by its name from a plan. An instance serves many tasks at once and so keeps no state of a
 * task in its fields. Found through {@link java.util.ServiceLoader}, or registered in code.
 */
@FunctionalInterface
public interface Agent {
    /**
     * Does the work of one task and returns its output.
     *
     * @throws AgentFailure to say whether trying again can help; any other exception counts as worth a retry
     */
    Json execute(AgentContext context) throws Exception;

    /** The name that plans use; the simple class name unless overridden. */
    default String name() {
        return getClass().getSimpleName();
    }
}
