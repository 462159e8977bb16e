package io.orchestrator.worker;

import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.metrics.TaskEnd;
import io.orchestrator.run.Failure;
import io.orchestrator.service.Announcer;
import io.orchestrator.service.Loop;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.Hold;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the ends of attempts in groups. One thread takes whatever has gathered while its previous commit was under
 * way: no added wait when idle, large groups when busy. While the store is away the group is tried again and again, the
 * queue fills up, and attempts that end wait for room with their slot: memory stays bounded.
 */
final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
    private static final int MOST_WAITING = 4_096;
    private static final int LARGEST_GROUP = 1_000;
    private static final int MOST_LOCKED = 1_000;
    private static final Duration STOPPING = Duration.ofSeconds(5);
    private static final Duration LOCKED_AGAIN_AFTER = Duration.ofMillis(100);

    private final TaskStore tasks;
    private final Announcer announcer;
    private final EngineMetrics metrics;
    private final Runnable abandoned;
    private final Holdings holdings;
    private final BlockingQueue<AttemptReport> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final List<AttemptReport> group = new ArrayList<>();
    /** Those whose rows somebody else holds. */
    private final SequencedMap<Hold, AttemptReport> locked = new LinkedHashMap<>();

    private final Loop loop = new Loop("worker-reporter", this::round);

    Reporter(TaskStore tasks, Announcer announcer, Holdings holdings, EngineMetrics metrics, Runnable abandoned) {
        this.abandoned = abandoned;
        this.metrics = metrics;
        this.tasks = tasks;
        this.announcer = announcer;
        this.holdings = holdings;
    }

    void start() {
        loop.start();
    }

    /** Takes a report over; waits for room while the store is away. */
    void submit(AttemptReport report) throws InterruptedException {
        waiting.put(report);
    }

    Optional<String> trouble() {
        return loop.trouble();
    }

    /** Stops at once; what has not been committed by now is lost to this process, and taken back by the engine. */
    void stop() throws InterruptedException {
        loop.interrupt();
        if (!loop.awaitStopped(STOPPING)) {
            LOG.warn("the reporter is still committing after {}", STOPPING);
        }
    }

    private Duration round() throws InterruptedException {
        if (group.isEmpty() && locked.isEmpty()) {
            group.add(waiting.take());
        } else if (group.isEmpty()) {
            Optional.ofNullable(waiting.poll(LOCKED_AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS))
                    .ifPresent(group::add);
        }
        waiting.drainTo(group, LARGEST_GROUP - group.size());
        if (!group.isEmpty()) {
            commit(group);
            group.clear();
        }
        tryOneThatWasLocked();
        return Duration.ZERO;
    }

    /** One a round, so that those which nobody holds up do not wait for them. */
    private void tryOneThatWasLocked() {
        Map.Entry<Hold, AttemptReport> first = locked.firstEntry();
        if (first == null) {
            return;
        }
        if (commitUnlessLocked(first.getValue())) {
            locked.remove(first.getKey());
        } else {
            locked.putLast(first.getKey(), first.getValue());
        }
    }

    /**
     * One bad report must not keep the others from being committed: a group that the store refuses for any reason but being
     * away is committed one by one; a single report that it refuses is replaced by a failure that says so. One whose rows
     * somebody else holds is kept and tried again.
     *
     * @return false when something was kept
     */
    private boolean commit(List<AttemptReport> reports) {
        return commit(reports, () -> tasks.report(reports));
    }

    private boolean commitUnlessLocked(AttemptReport report) {
        return commit(List.of(report), () -> tasks.reportUnlessLocked(report));
    }

    private boolean commit(List<AttemptReport> reports, Supplier<ReportResult> reporting) {
        try {
            settle(reports, reporting.get());
            return true;
        } catch (StoreBusy e) {
            return reports.size() > 1 ? oneByOne(reports) : keep(reports.getFirst(), e);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            if (reports.size() > 1) {
                return oneByOne(reports);
            }
            refused(reports.getFirst(), e);
            return true;
        }
    }

    private boolean oneByOne(List<AttemptReport> reports) {
        boolean all = true;
        for (AttemptReport report : reports) {
            all &= commitUnlessLocked(report);
        }
        return all;
    }

    /** So many are kept as may wait; beyond that it is an outage, and attempts wait with their ends. */
    private boolean keep(AttemptReport report, StoreBusy why) {
        if (locked.size() >= MOST_LOCKED && !locked.containsKey(report.hold())) {
            throw why;
        }
        if (locked.put(report.hold(), report) == null) {
            LOG.info("the end of task {} has to wait: {}", report.hold().taskId(), why.getMessage());
        }
        return false;
    }

    private void refused(AttemptReport report, RuntimeException e) {
        String taskId = report.hold().taskId();
        if (report.outcome() instanceof AttemptReport.Outcome.Failed) {
            setAside(report.hold(), e);
            return;
        }
        if (e instanceof DataRejected) {
            LOG.warn("task {}: the store cannot hold what it reported: {}", taskId, e.getMessage());
        } else {
            LOG.error("task {}: its end was refused", taskId, e);
        }
        Failure failure = new Failure(
                "the store cannot hold what this attempt reported: " + e.getMessage(), false, Optional.empty());
        commit(List.of(new AttemptReport(report.hold(), new AttemptReport.Outcome.Failed(failure), report.used())));
    }

    /** To give it back would be to have it done again, and refused again, for ever. */
    private void setAside(Hold hold, RuntimeException refusal) {
        LOG.error("the end of task {} cannot be recorded; it is set aside", hold.taskId(), refusal);
        try {
            announcer.announce(tasks.setAside(hold, "its end cannot be recorded: " + refusal.getMessage()));
            metrics.tasksEnded(TaskEnd.DEAD, 1);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("task {} cannot be set aside either, and is given back", hold.taskId(), e);
            abandoned.run();
        }
        holdings.remove(hold);
    }

    private void settle(List<AttemptReport> reports, ReportResult result) {
        count(reports, result);
        for (AttemptReport report : reports) {
            Hold hold = report.hold();
            if (!result.accepted().contains(hold)) {
                LOG.info(
                        "task {}: the end of attempt under epoch {} was refused, others hold it now",
                        hold.taskId(),
                        hold.epoch());
            }
            holdings.remove(hold);
        }
        announcer.announce(result.ready());
    }

    private void count(List<AttemptReport> reports, ReportResult result) {
        int completed = 0;
        int failed = 0;
        for (AttemptReport report : reports) {
            if (result.accepted().contains(report.hold())) {
                completed += report.outcome() instanceof AttemptReport.Outcome.Completed ? 1 : 0;
                failed += report.outcome() instanceof AttemptReport.Outcome.Failed ? 1 : 0;
            }
        }
        metrics.reported(reports.size());
        metrics.tasksEnded(TaskEnd.COMPLETED, completed);
        metrics.tasksEnded(TaskEnd.FAILED, failed);
    }
}
