package io.orchestrator.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/** The Java agents that a process knows, by name. Immutable. */
public final class AgentRegistry {
    private final Map<String, Agent> agents;

    private AgentRegistry(Map<String, Agent> agents) {
        this.agents = Map.copyOf(agents);
    }

    public static AgentRegistry empty() {
        return new AgentRegistry(Map.of());
    }

    /** All agents that {@link ServiceLoader} finds on the class path. */
    public static AgentRegistry discover() {
        AgentRegistry registry = empty();
        for (Agent agent : ServiceLoader.load(Agent.class)) {
            registry = registry.with(agent.name(), agent);
        }
        return registry;
    }

    /** This registry with one agent more; a name that is taken already is an error. */
    public AgentRegistry with(String name, Agent agent) {
        Map<String, Agent> copy = new LinkedHashMap<>(agents);
        Agent before = copy.put(name, agent);
        if (before != null) {
            throw new IllegalArgumentException("two agents are named '" + name + "': "
                    + before.getClass().getName() + " and " + agent.getClass().getName());
        }
        return new AgentRegistry(copy);
    }

    public Optional<Agent> find(String name) {
        return Optional.ofNullable(agents.get(name));
    }

    public Set<String> names() {
        return agents.keySet();
    }
}
