package io.orchestrator.worker;

import io.orchestrator.agent.Usage;
import io.orchestrator.attempt.AttemptOutcomes;
import io.orchestrator.attempt.TaskInHand;
import io.orchestrator.metrics.AttemptEnd;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.metrics.TaskEnd;
import io.orchestrator.run.Failure;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.Hold;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.Unreadable;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins attempts as there are places for them, each on a virtual thread of its own, and reports how they end. Thread-safe. */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final Outcome NO_PLACE =
            new Outcome.HandedBack("it was claimed ahead, and its worker had no place for it", Duration.ZERO);

    private final TaskStore tasks;
    private final Announcer announcer;
    private final PhaseContexts phases;
    private final LogWriter logs;
    private final InstantSource clock;
    private final DurableWrites writes;
    private final Worker worker;
    private final AttemptOutcomes outcomes;
    private final Slots slots;
    private final Holdings holdings;
    private final Reporter reporter;
    private final TargetBreakers breakers;
    private final EngineMetrics metrics;
    private final Ticks ticks;
    private final PoolUsage used;

    Attempts(
            WorkerPool.Ports ports,
            AgentSource agents,
            DurableWrites writes,
            Slots slots,
            Holdings holdings,
            Reporter reporter,
            TargetBreakers breakers) {
        this.tasks = ports.tasks();
        this.announcer = new Announcer(ports.queue(), ports.hints());
        this.phases = new PhaseContexts(tasks);
        this.logs = new LogWriter(ports.logs(), ports.ticks(), ports.clock());
        this.clock = ports.clock();
        this.writes = writes;
        this.outcomes = new AttemptOutcomes(ports.random());
        this.worker = new Worker(agents, outcomes);
        this.slots = slots;
        this.holdings = holdings;
        this.reporter = reporter;
        this.breakers = breakers;
        this.metrics = ports.metrics();
        this.ticks = ports.ticks();
        this.used = new PoolUsage(ports.metrics());
    }

    /** What all of them have reported to have used. */
    Usage used() {
        return used.total();
    }

    /** Begins to store what attempts say. */
    void start() {
        logs.start();
    }

    /** When the last one has ended. */
    void stop() throws InterruptedException {
        logs.stop();
    }

    /** False when it could not begin: then this worker does not hold it, whatever the store believes. */
    boolean begin(ClaimedTask task) {
        Attempt attempt;
        try {
            attempt = new Attempt(
                    new TaskInHand(task, phases.of(task)), writes, new AttemptLog(task, logs, clock), ticks, used);
        } catch (Unreadable | DataRejected e) {
            return setAside(task.hold(), e);
        } catch (StoreUnavailable e) {
            LOG.warn(
                    "task {} could not begin and is given back: {}", task.hold().taskId(), e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.error("task {} could not begin and is given back", task.hold().taskId(), e);
            return false;
        }
        holdings.add(attempt);
        if (slots.enter(attempt)) {
            start(attempt);
        }
        return true;
    }

    /** It would be unreadable for every other worker as well, and those that were claimed with it are not. */
    private boolean setAside(Hold hold, RuntimeException e) {
        LOG.error("task {} cannot begin and ends as dead: {}", hold.taskId(), e.getMessage());
        try {
            announcer.announce(tasks.setAside(hold, String.valueOf(e.getMessage())));
            metrics.tasksEnded(TaskEnd.DEAD, 1);
            return true;
        } catch (RuntimeException further) {
            LOG.warn("task {} could not be ended and is given back: {}", hold.taskId(), further.getMessage());
            return false;
        }
    }

    private void start(Attempt attempt) {
        String name = attempt.claimed().name() + " " + attempt.hold().taskId();
        Thread.ofVirtual().name(name).start(() -> run(attempt));
    }

    private void run(Attempt attempt) {
        long began = ticks.nanos();
        Duration body = Duration.ZERO;
        try {
            if (attempt.mayBegin()) {
                Optional<AttemptReport> report = worker.run(attempt);
                body = ticks.since(began);
                ended(attempt, report, body);
            } else {
                giveBack(attempt);
            }
        } catch (InterruptedException e) {
            LOG.warn(
                    "the end of task {} was not reported, and its lease runs out",
                    attempt.hold().taskId());
            holdings.remove(attempt.hold());
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("task {} ends in a fault of the engine", attempt.hold().taskId(), e);
            fail(attempt, e);
        } finally {
            slots.leave(body).ifPresent(this::start);
        }
    }

    /** Whatever went wrong around its body, an attempt that is over is reported as over. */
    private void fail(Attempt attempt, RuntimeException e) {
        attempt.bodyEnded();
        Failure failure = new Failure("the engine could not go on with this attempt: " + e, false, Optional.empty());
        try {
            reporter.submit(new AttemptReport(attempt.hold(), new Outcome.Failed(failure), attempt.used()));
        } catch (InterruptedException interrupted) {
            holdings.remove(attempt.hold());
            Thread.currentThread().interrupt();
        }
    }

    private void ended(Attempt attempt, Optional<AttemptReport> report, Duration body) throws InterruptedException {
        metrics.attemptEnded(endOf(report), body);
        if (report.isPresent()) {
            reporter.submit(report.get());
            judge(attempt, report.get().outcome());
        } else {
            holdings.remove(attempt.hold());
        }
    }

    /** The report is on its way: a breaker that cannot be asked changes nothing about it. */
    private void judge(Attempt attempt, Outcome outcome) {
        try {
            breakers.ended(attempt, outcome);
        } catch (RuntimeException e) {
            LOG.warn(
                    "the breaker of {} learns nothing from an attempt",
                    attempt.claimed().target(),
                    e);
        }
    }

    /** Tasks that were claimed ahead and wait behind longer work than was expected: others may have a place for them. */
    void withdraw(Duration waited) throws InterruptedException {
        for (Attempt attempt : slots.withdraw(waited)) {
            giveBack(attempt);
        }
    }

    /** Of an attempt that has not begun; one that the engine has ended meanwhile has nothing to report. */
    private void giveBack(Attempt attempt) throws InterruptedException {
        attempt.bodyEnded();
        Optional<Outcome> outcome = attempt.stopped()
                .map(stop -> outcomes.ofStopped(stop, NO_PLACE, attempt.inHand()))
                .orElse(Optional.of(NO_PLACE));
        if (outcome.isPresent()) {
            reporter.submit(new AttemptReport(attempt.hold(), outcome.get(), attempt.used()));
        } else {
            holdings.remove(attempt.hold());
        }
    }

    private static AttemptEnd endOf(Optional<AttemptReport> report) {
        return report.map(r -> switch (r.outcome()) {
                    case Outcome.Completed ignored -> AttemptEnd.COMPLETED;
                    case Outcome.Retry ignored -> AttemptEnd.RETRIED;
                    case Outcome.Failed ignored -> AttemptEnd.FAILED;
                    case Outcome.HandedBack ignored -> AttemptEnd.HANDED_BACK;
                    case Outcome.Declined ignored -> AttemptEnd.HANDED_BACK;
                    case Outcome.Awaiting ignored -> AttemptEnd.WAITING;
                })
                .orElse(AttemptEnd.REVOKED);
    }
}
