package io.orchestrator.testing;

import io.orchestrator.agent.Agent;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sets a {@link TestEngine} up. For one thread, and for one engine. */
public final class TestEngineBuilder {
    private final Map<String, TimedAgent> agents = new LinkedHashMap<>();
    private final Map<String, TimedAgent> tools = new LinkedHashMap<>();
    private int workers = 1;
    private int slots = 4;
    private Duration lease = Duration.ofMinutes(1);
    private Duration restart = Duration.ofMinutes(1);
    private long seed = 1;
    private Instant start = Instant.parse("2026-01-01T00:00:00Z");

    TestEngineBuilder() {}

    /** An agent as it runs in production; its work takes no virtual time. */
    public TestEngineBuilder agent(String name, Agent agent) {
        return agent(name, (context, time) -> agent.execute(context));
    }

    /** An agent whose work takes virtual time. */
    public TestEngineBuilder agent(String name, TimedAgent agent) {
        return put(agents, "agent", name, agent);
    }

    /** A tool. */
    public TestEngineBuilder tool(String name, TimedAgent tool) {
        return put(tools, "tool", name, tool);
    }

    private TestEngineBuilder put(Map<String, TimedAgent> known, String kind, String name, TimedAgent body) {
        if (known.putIfAbsent(name, body) != null) {
            throw new IllegalArgumentException("there is " + kind + " '" + name + "' already");
        }
        return this;
    }

    /** How many worker processes there are; 1 unless set. */
    public TestEngineBuilder workers(int number) {
        workers = atLeastOne(number, "workers");
        return this;
    }

    /** How many attempts a worker runs at once; 4 unless set. */
    public TestEngineBuilder slots(int number) {
        slots = atLeastOne(number, "slots");
        return this;
    }

    private static int atLeastOne(int number, String what) {
        if (number < 1) {
            throw new IllegalArgumentException("expected at least one of " + what + ", found " + number);
        }
        return number;
    }

    /** How long a worker that is not heard of is trusted; a minute unless set. */
    public TestEngineBuilder lease(Duration length) {
        if (length.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a lease has at least 1 s, not " + length);
        }
        lease = length;
        return this;
    }

    /** How long a crashed worker is gone before another one takes its place; a minute unless set. */
    public TestEngineBuilder restart(Duration after) {
        restart = after;
        return this;
    }

    /** What ids and jitter are drawn from; 1 unless set. */
    public TestEngineBuilder seed(long value) {
        seed = value;
        return this;
    }

    /** The instant at which the engine starts; 2026-01-01T00:00:00Z unless set. */
    public TestEngineBuilder startingAt(Instant instant) {
        start = instant;
        return this;
    }

    public TestEngine build() {
        VirtualTime time = new VirtualTime(start);
        Deployment.Settings settings = new Deployment.Settings(workers, slots, lease, restart, seed, start);
        return new TestEngine(new Deployment(settings, time, bound(agents, time), bound(tools, time)));
    }

    private static Map<String, Agent> bound(Map<String, TimedAgent> bodies, VirtualTime time) {
        Map<String, Agent> agents = new LinkedHashMap<>();
        bodies.forEach((name, body) -> agents.put(name, context -> body.execute(context, time)));
        return agents;
    }
}
