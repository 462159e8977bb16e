package io.orchestrator.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/** The agents and tools in Java that a process knows, by name; an agent and a tool may have the same one. Immutable. */
public final class AgentRegistry {
    private final Map<String, Agent> agents;
    private final Map<String, Agent> tools;

    private AgentRegistry(Map<String, Agent> agents, Map<String, Agent> tools) {
        this.agents = Map.copyOf(agents);
        this.tools = Map.copyOf(tools);
    }

    public static AgentRegistry empty() {
        return new AgentRegistry(Map.of(), Map.of());
    }

    /** All agents and tools that {@link ServiceLoader} finds on the class path. */
    public static AgentRegistry discover() {
        AgentRegistry registry = empty();
        for (Agent agent : ServiceLoader.load(Agent.class)) {
            registry = registry.with(agent.name(), agent);
        }
        for (Tool tool : ServiceLoader.load(Tool.class)) {
            registry = registry.withTool(tool.name(), tool);
        }
        return registry;
    }

    /** This registry with one agent more; a name that is taken already is an error. */
    public AgentRegistry with(String name, Agent agent) {
        return new AgentRegistry(added("agents", agents, name, agent), tools);
    }

    /** This registry with one tool more; a name that is taken already is an error. */
    public AgentRegistry withTool(String name, Agent tool) {
        return new AgentRegistry(agents, added("tools", tools, name, tool));
    }

    private static Map<String, Agent> added(String what, Map<String, Agent> known, String name, Agent one) {
        Map<String, Agent> copy = new LinkedHashMap<>(known);
        Agent before = copy.put(name, one);
        if (before != null) {
            throw new IllegalArgumentException("two " + what + " are named '" + name + "': "
                    + before.getClass().getName() + " and " + one.getClass().getName());
        }
        return copy;
    }

    /** The agent of this name. */
    public Optional<Agent> find(String name) {
        return Optional.ofNullable(agents.get(name));
    }

    public Optional<Agent> findTool(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    /** Of the agents. */
    public Set<String> names() {
        return agents.keySet();
    }

    public Set<String> toolNames() {
        return tools.keySet();
    }
}
