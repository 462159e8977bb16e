package io.orchestrator.worker;

import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.metrics.AttemptEnd;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.queue.Hints;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.service.Announcer;
import io.orchestrator.service.Loop;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.Breakers;
import io.orchestrator.store.BudgetStore;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.TaskStore.Heartbeat;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** What a pool works with; it closes none of it. */
    public record Ports(
            TaskStore tasks,
            LeaseStore leases,
            CheckpointStore checkpoints,
            ChildStore children,
            BudgetStore budgets,
            Breakers breakers,
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
     * @param leaseHeld whether the engine trusts this process now
     * @param queueAnswers false while tasks are claimed from the store directly
     */
    public record Stats(
            String workerId,
            int workerCount,
            int running,
            boolean isRunning,
            boolean leaseHeld,
            boolean queueAnswers) {}

    private final Ports ports;
    private final WorkerSettings settings;
    private final Slots slots;
    private final Holdings holdings = new Holdings();
    private final PhaseContexts phases;
    private final DurableWrites writes;
    private final Worker worker;
    private final Announcer announcer;
    private final Reporter reporter;
    private final Lease lease;
    private final Intake intake;
    private final StuckWatch stuckWatch;
    private final TargetBreakers breakers;
    private final Loop scaling = new Loop("worker-scaling", this::scaleRound);
    private final Loop beating = new Loop("worker-heartbeat", this::beatRound);
    private long lastBeatNanos;
    private long spareSinceNanos;
    private boolean spare;
    private volatile boolean running;
    private volatile boolean draining;

    public WorkerPool(Ports ports, WorkerSettings settings, AgentSource agents, HostIdentity host) {
        this.ports = ports;
        this.settings = settings;
        this.slots = new Slots(settings.concurrency());
        this.phases = new PhaseContexts(ports.tasks());
        this.announcer = new Announcer(ports.queue(), ports.hints());
        this.writes = new DurableWrites(ports, settings.keepCheckpoints(), announcer);
        this.worker = new Worker(agents, ports.random());
        this.lease = new Lease(ports, settings, () -> host.worker(ports.ids().worker(), slots.limit()), holdings);
        this.intake = new Intake(ports, lease, slots, holdings, this::begin, host.consumerName());
        this.breakers = new TargetBreakers(ports.breakers(), announcer, ports.metrics());
        this.stuckWatch = new StuckWatch(holdings, ports.tasks(), ports.metrics());
        this.reporter = new Reporter(ports.tasks(), announcer, holdings, ports.metrics(), intake::disownWhatIsUnknown);
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
                    + slots.used();
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
        Duration orderly = grace.multipliedBy(2).dividedBy(3);
        if (!holdings.awaitEmpty(orderly)) {
            List<Attempt> late = new ArrayList<>(holdings.all());
            LOG.info("{} attempts did not return within {} and are interrupted", late.size(), orderly);
            late.forEach(attempt -> attempt.stop(Attempt.Stop.SHUTDOWN));
            boolean ended = holdings.awaitEmpty(grace.minus(orderly));
            LOG.debug("all attempts have ended: {}", ended);
        }
        reporter.stop();
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

    public Stats getStats() {
        return new Stats(
                lease.worker().orElse(""),
                slots.limit(),
                slots.used(),
                running && !draining,
                lease.trustedWorker().isPresent(),
                intake.queueAnswers());
    }

    /** Learns at once, instead of at the next renewal, which attempts are still trusted. */
    public void checkTrust() {
        lease.renewNow();
    }

    /** False when it could not begin: then this worker does not hold it, whatever the store believes. */
    private boolean begin(ClaimedTask task) {
        Attempt attempt;
        try {
            attempt = new Attempt(task, phases.of(task), writes, ports.ticks());
        } catch (StoreUnavailable e) {
            LOG.warn(
                    "task {} could not begin and is given back: {}", task.hold().taskId(), e.getMessage());
            slots.free();
            return false;
        }
        holdings.add(attempt);
        Thread.ofVirtual().name(task.name() + " " + task.hold().taskId()).start(() -> run(attempt));
        return true;
    }

    private void run(Attempt attempt) {
        try {
            long began = ports.ticks().nanos();
            Optional<AttemptReport> report = worker.run(attempt);
            ports.metrics().attemptEnded(endOf(report), ports.ticks().since(began));
            if (report.isPresent()) {
                reporter.submit(report.get());
                breakers.ended(attempt, report.get().outcome());
            } else {
                holdings.remove(attempt.hold());
            }
        } catch (InterruptedException e) {
            LOG.warn(
                    "the end of task {} was not reported, and its lease runs out",
                    attempt.hold().taskId());
            holdings.remove(attempt.hold());
            Thread.currentThread().interrupt();
        } finally {
            slots.free();
        }
    }

    private static AttemptEnd endOf(Optional<AttemptReport> report) {
        return report.map(r -> switch (r.outcome()) {
                    case Outcome.Completed ignored -> AttemptEnd.COMPLETED;
                    case Outcome.Retry ignored -> AttemptEnd.RETRIED;
                    case Outcome.Failed ignored -> AttemptEnd.FAILED;
                    case Outcome.HandedBack ignored -> AttemptEnd.HANDED_BACK;
                    case Outcome.Awaiting ignored -> AttemptEnd.WAITING;
                })
                .orElse(AttemptEnd.REVOKED);
    }

    private Duration scaleRound() {
        autoScale();
        return SCALE_EVERY;
    }

    /** Touches the rows of attempts with news, and of all once in a while. */
    private Duration beatRound() {
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
        ports.tasks().heartbeat(beats);
        return BEAT_EVERY;
    }
}
