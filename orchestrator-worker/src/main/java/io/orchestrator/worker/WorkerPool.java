package io.orchestrator.worker;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.agent.Usage;
import io.orchestrator.attempt.Stop;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.service.Announcer;
import io.orchestrator.service.Loop;
import io.orchestrator.store.Breakers;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskLogs;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.TaskStore.Heartbeat;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one process: takes tasks, runs their agents, reports. Thread-safe; start and stop are idempotent, and a
 * stopped pool does not start again.
 */
public final class WorkerPool {
    /** How long agents may take to come to a stop unless told otherwise. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
    private static final Duration SCALE_EVERY = Duration.ofSeconds(1);
    private static final Duration BEAT_EVERY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** What a pool works with; it closes none of it. */
    public record Ports(
            TaskStore tasks,
            LeaseStore leases,
            CheckpointStore checkpoints,
            ChildStore children,
            BudgetStore budgets,
            Breakers breakers,
            TaskLogs logs,
            TaskQueue queue,
            Hints hints,
            Ids ids,
            Ticks ticks,
            InstantSource clock,
            RandomGenerator random,
            EngineMetrics metrics) {}

    /**
     * A look at the pool.
     *
     * @param workerCount slots
     * @param running attempts
     * @param frozen those of them whose agents stand still, because the engine does not trust this process now
     * @param leaseHeld whether the engine trusts this process now
     * @param queueAnswers false while tasks are claimed from the store directly
     * @param used tokens, cost and tool time that attempts have reported here since the pool was made
     */
    public record Stats(
            String workerId,
            int workerCount,
            int running,
            int frozen,
            boolean isRunning,
            boolean leaseHeld,
            boolean queueAnswers,
            Usage used) {}

    private final Ports ports;
    private final WorkerSettings settings;
    private final Slots slots;
    private final Holdings holdings = new Holdings();
    private final Announcer announcer;
    private final Reporter reporter;
    private final Attempts attempts;
    private final Lease lease;
    private final Intake intake;
    private final StuckWatch stuckWatch;
    private final Loop scaling = new Loop("worker-scaling", this::scaleRound);
    private final WhileHolding beating = new WhileHolding("worker-heartbeat", holdings, this::beatRound);
    private long lastBeatNanos;
    private long spareSinceNanos;
    private boolean spare;
    private volatile Consumer<List<Heartbeat>> onHeartbeats = beats -> {};
    private volatile boolean running;
    private volatile boolean draining;

    public WorkerPool(Ports ports, WorkerSettings settings, AgentSource agents, HostIdentity host) {
        this.ports = ports;
        this.settings = settings;
        this.slots = new Slots(settings.concurrency(), ports.ticks());
        this.announcer = new Announcer(ports.queue(), ports.hints());
        this.lease = new Lease(ports, settings, () -> host.worker(ports.ids().worker(), slots.limit()), holdings);
        this.intake = new Intake(ports, lease, slots, holdings, this::begin, host.consumerName());
        this.stuckWatch = new StuckWatch(holdings, ports.tasks(), ports.metrics());
        this.reporter = new Reporter(ports.tasks(), announcer, holdings, ports.metrics(), intake::disownWhatIsUnknown);
        this.attempts = new Attempts(
                ports,
                agents,
                new DurableWrites(ports, settings.keepCheckpoints(), announcer),
                slots,
                holdings,
                reporter,
                new TargetBreakers(ports.breakers(), announcer, ports.metrics()));
    }

    /** A pool whose agents are those of a registry. */
    public static WorkerPool of(Ports ports, WorkerSettings settings, AgentRegistry agents) {
        return new WorkerPool(ports, settings, AgentSource.of(agents), HostIdentity.ofThisProcess());
    }

    public synchronized void start() {
        if (running || draining) {
            return;
        }
        running = true;
        lease.start();
        reporter.start();
        attempts.start();
        beating.start();
        stuckWatch.start();
        intake.start();
        if (settings.scaling().on()) {
            scaling.start();
        }
    }

    /** Sets the number of attempts at once; those under way keep their place when it shrinks. */
    public void scale(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("a pool has at least 1 worker, not " + workers);
        }
        slots.resize(workers);
    }

    /** Sets the number of slots by the work there is, within the range of the settings; returns it. */
    public synchronized int autoScale() {
        long work = work();
        boolean hasSpare = work < slots.limit();
        if (hasSpare != spare) {
            spare = hasSpare;
            spareSinceNanos = ports.ticks().nanos();
        }
        Duration spareFor = spare ? ports.ticks().since(spareSinceNanos) : Duration.ZERO;
        int wanted = Scaling.slots(settings.scaling(), slots.limit(), work, spareFor);
        if (wanted != slots.limit()) {
            LOG.info("{} slots instead of {}, for {} tasks queued and running", wanted, slots.limit(), work);
            slots.resize(wanted);
        }
        return wanted;
    }

    /** Tasks queued and running; while the queue cannot be asked, just as many as there are slots, which changes nothing. */
    private long work() {
        try {
            return ports.queue().depth().values().stream()
                            .mapToLong(Long::longValue)
                            .sum()
                    + slots.held();
        } catch (QueueUnavailable e) {
            return slots.limit();
        }
    }

    /** Stops within {@link #DEFAULT_GRACE}. */
    public void stop() throws InterruptedException {
        stop(DEFAULT_GRACE);
    }

    /**
     * Stops: reads no more, asks agents to return early, hands back what does not end in time, and gives up the lease
     * last. No attempt is used up by it. Bounded by {@code grace} and a few seconds more.
     */
    public void stop(Duration grace) throws InterruptedException {
        synchronized (this) {
            if (!running || draining) {
                return;
            }
            draining = true;
        }
        scaling.stop();
        intake.stop(Duration.ofSeconds(5));
        holdings.all().forEach(Attempt::requestShutdown);
        attempts.withdraw(Duration.ZERO);
        Duration orderly = grace.multipliedBy(2).dividedBy(3);
        if (!holdings.awaitEmpty(orderly)) {
            List<Attempt> late = new ArrayList<>(holdings.all());
            LOG.info("{} attempts did not return within {} and are interrupted", late.size(), orderly);
            late.forEach(attempt -> attempt.stop(new Stop.Shutdown()));
            boolean ended = holdings.awaitEmpty(grace.minus(orderly));
            LOG.debug("all attempts have ended: {}", ended);
        }
        reporter.stop();
        attempts.stop();
        beating.interrupt();
        stuckWatch.stop();
        lease.stop();
        sayGoodbye();
        running = false;
    }

    /** What could not be handed back goes back with the lease; with the store away, the reaper does it later. */
    private void sayGoodbye() {
        Optional<String> worker = lease.worker();
        if (worker.isPresent()) {
            try {
                announcer.announce(ports.leases().release(worker.get()));
            } catch (StoreUnavailable e) {
                LOG.warn("the lease of {} is left to run out: {}", worker.get(), e.getMessage());
            }
        }
    }

    /** What keeps failing in its loops, in words; empty while all is well. */
    public Optional<String> trouble() {
        return intake.trouble().or(reporter::trouble).or(lease::trouble);
    }

    public Stats getStats() {
        return new Stats(
                lease.worker().orElse(""),
                slots.limit(),
                slots.used(),
                (int) holdings.all().stream().filter(Attempt::standsStill).count(),
                running && !draining,
                lease.trustedWorker().isPresent(),
                intake.queueAnswers(),
                attempts.used());
    }

    /** Tells of each round of heartbeats that was stored, on the thread that sends them: it has to return at once. */
    public void onHeartbeats(Consumer<List<Heartbeat>> listener) {
        onHeartbeats = listener;
    }

    /**
     * Tells, with each renewal of its lease, up to when agents may work without further word, by monotonic ticks: later than
     * the pool itself lets them, and before anyone else is given their tasks. For what ends them when this process cannot.
     * To be set before the start.
     */
    public void onTrust(LongConsumer listener) {
        lease.onTrust(listener);
    }

    /** Learns at once, instead of at the next renewal, which attempts are still trusted. */
    public void checkTrust() {
        lease.renewNow();
    }

    /** Set after the intake that calls it is made, and before that is started. */
    private boolean begin(ClaimedTask task) {
        return attempts.begin(task);
    }

    private Duration scaleRound() {
        autoScale();
        return SCALE_EVERY;
    }

    /** Touches the rows of attempts with news, and of all once in a while. */
    private Duration beatRound() throws InterruptedException {
        attempts.withdraw(PATIENCE);
        boolean everyone = ports.ticks().since(lastBeatNanos).compareTo(settings.heartbeatEvery()) >= 0;
        List<Heartbeat> beats = new ArrayList<>();
        for (Attempt attempt : holdings.all()) {
            if (attempt.takeNews() || everyone) {
                beats.add(attempt.heartbeat());
            }
        }
        if (everyone) {
            lastBeatNanos = ports.ticks().nanos();
        }
        Set<Hold> stored = store(beats);
        List<Heartbeat> told =
                beats.stream().filter(beat -> stored.contains(beat.hold())).toList();
        if (!told.isEmpty()) {
            onHeartbeats.accept(told);
        }
        return BEAT_EVERY;
    }

    /** What could not be stored now, such as what an agent has used meanwhile, goes with the next round. */
    private Set<Hold> store(List<Heartbeat> beats) {
        Set<Hold> stored = Set.of();
        try {
            stored = ports.tasks().heartbeat(beats);
            return stored;
        } finally {
            holdings.tellAgain(beats, stored);
        }
    }
}
