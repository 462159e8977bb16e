package io.orchestrator.testing;

import io.orchestrator.agent.Agent;
import io.orchestrator.plan.TaskType;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.memory.InMemoryHints;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.queue.memory.MemoryBroker;
import io.orchestrator.run.Ids;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.memory.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** What the processes of a test engine share: time, store, queue, agents, and the record of attempts. */
final class Deployment {
    /**
     * How it is set up.
     *
     * @param restart how long a crashed worker is gone
     * @param seed for ids and jitter
     */
    record Settings(int workers, int slots, Duration lease, Duration restart, long seed, Instant start) {}

    private final Settings settings;
    private final Map<String, Agent> agents;
    private final Map<String, Agent> tools;
    private final VirtualTime time;
    private final RandomGenerator random;
    private final Ids ids;
    private final InMemoryStore store;
    private final MemoryBroker broker;
    private final Hints hints = new InMemoryHints();
    private final Announcer announcer;
    private final List<TestWorker> workers = new ArrayList<>();
    private final Map<Hold, AttemptRecord> attempts = new LinkedHashMap<>();

    Deployment(Settings settings, VirtualTime time, Map<String, Agent> agents, Map<String, Agent> tools) {
        this.settings = settings;
        this.time = time;
        this.agents = Map.copyOf(agents);
        this.tools = Map.copyOf(tools);
        this.random = new SplittableRandom(settings.seed());
        this.ids = new Ids(time, random);
        this.store = new InMemoryStore(time, ids);
        this.broker = new MemoryBroker(time);
        this.announcer = new Announcer(newQueue(), hints);
    }

    Settings settings() {
        return settings;
    }

    VirtualTime time() {
        return time;
    }

    RandomGenerator random() {
        return random;
    }

    Ids ids() {
        return ids;
    }

    InMemoryStore store() {
        return store;
    }

    MemoryBroker broker() {
        return broker;
    }

    Hints hints() {
        return hints;
    }

    /** A connection of a process' own. */
    TaskQueue newQueue() {
        return new InMemoryTaskQueue(broker);
    }

    Optional<Agent> agent(ClaimedTask task) {
        Map<String, Agent> known = task.type() == TaskType.AGENT ? agents : tools;
        return Optional.ofNullable(known.get(task.target()));
    }

    Map<String, Agent> agents() {
        return agents;
    }

    Map<String, Agent> tools() {
        return tools;
    }

    /** Tells the others what a transaction made ready; who waits for tickets reads again. */
    void announce(Ready ready) {
        announcer.announce(ready);
        if (!ready.tickets().isEmpty()) {
            workers.forEach(TestWorker::ticketsCame);
        }
    }

    List<TestWorker> workers() {
        return workers;
    }

    void add(TestWorker worker) {
        workers.add(worker);
    }

    void replace(TestWorker gone, TestWorker successor) {
        workers.set(workers.indexOf(gone), successor);
    }

    /** Records how an attempt stands: when it begins, and again when it ends. */
    void record(Hold hold, AttemptRecord attempt) {
        attempts.put(hold, attempt);
    }

    AttemptRecord record(Hold hold) {
        return Objects.requireNonNull(attempts.get(hold), "an attempt is recorded when it begins");
    }

    /** In the order in which they began. */
    List<AttemptRecord> attempts() {
        return List.copyOf(attempts.values());
    }
}
