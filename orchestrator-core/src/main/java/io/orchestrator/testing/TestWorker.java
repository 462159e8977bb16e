package io.orchestrator.testing;

import io.orchestrator.attempt.TaskInHand;
import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import io.orchestrator.testing.AttemptRecord.End;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A worker process in virtual time: what {@code WorkerPool} is with threads, call by call. */
final class TestWorker {
    private static final Duration POLL = Duration.ofMinutes(5);
    private static final Duration POLL_STORE = Duration.ofSeconds(5);
    private static final Duration REPORT_AGAIN = Duration.ofSeconds(1);

    private final Deployment deployment;
    private final TaskStore tasks;
    private final TestProcess process;
    private final TaskQueue.Reader reader;
    private final BodyOutcome outcomes;
    private final Map<Hold, TestAttempt> holdings = new LinkedHashMap<>();
    private final TestLease lease;
    private final Rounds intake;
    private boolean storeMayBelieveMore;

    TestWorker(Deployment deployment, String name) {
        this.deployment = deployment;
        this.tasks = deployment.store().tasks();
        this.process = new TestProcess(name, deployment.time());
        this.reader = deployment.newQueue().reader(name);
        this.outcomes = new BodyOutcome(deployment);
        this.intake = new Rounds(process, this::take);
        this.lease = new TestLease(deployment, process, holdings, intake::wake);
    }

    void start() {
        lease.start();
        intake.start();
    }

    TestProcess process() {
        return process;
    }

    int running() {
        return holdings.size();
    }

    void ticketsCame() {
        intake.wake();
    }

    /** Ends at once, as by SIGKILL: nothing is said to anyone. */
    void crash() {
        process.crash();
        reader.close();
        for (TestAttempt attempt : holdings.values()) {
            ended(attempt, End.CRASHED, Optional.empty());
        }
    }

    /** Ends the threads of what it holds. */
    void discard() {
        List.copyOf(holdings.values()).forEach(TestAttempt::discard);
    }

    /** Reads as many tickets as it has free slots for, claims, settles, and begins. */
    private Duration take() {
        Optional<String> trusted = lease.trustedWorker();
        int free = deployment.settings().slots() - holdings.size();
        if (trusted.isEmpty() || free <= 0) {
            return POLL;
        }
        String worker = trusted.get();
        if (storeMayBelieveMore) {
            deployment.announce(tasks.disown(worker, List.copyOf(holdings.keySet())));
            storeMayBelieveMore = false;
        }
        List<Delivery> read;
        try {
            read = reader.read(free, Duration.ZERO);
        } catch (QueueUnavailable e) {
            begin(tasks.claimNext(worker, free));
            return POLL_STORE;
        }
        if (read.isEmpty()) {
            return POLL;
        }
        claim(worker, read);
        return Duration.ZERO;
    }

    private void claim(String worker, List<Delivery> read) {
        List<ClaimedTask> claimed;
        try {
            claimed = tasks.claim(worker, read.stream().map(Delivery::taskId).toList());
        } catch (StoreUnavailable e) {
            reader.giveBack(read);
            throw e;
        }
        reader.settle(read);
        begin(claimed);
    }

    private void begin(List<ClaimedTask> claimed) {
        for (ClaimedTask task : claimed) {
            TestAttempt attempt;
            try {
                attempt = new TestAttempt(
                        new TaskInHand(task, tasks.context(task.phaseId(), task.step())),
                        deployment,
                        process,
                        running -> report(running, outcomes.of(running)));
            } catch (StoreUnavailable e) {
                storeMayBelieveMore = true;
                continue;
            }
            holdings.put(task.hold(), attempt);
            deployment.record(task.hold(), begun(task));
            attempt.begin();
        }
    }

    private AttemptRecord begun(ClaimedTask task) {
        return new AttemptRecord(
                task.runId(),
                task.hold().taskId(),
                task.target(),
                task.attempt(),
                task.hold().epoch(),
                process.name(),
                deployment.time().instant(),
                Optional.empty(),
                End.RUNNING,
                Optional.empty());
    }

    /** On the body's thread, at its end; an attempt that was revoked has nothing to report. */
    private void report(TestAttempt attempt, Optional<Outcome> outcome) {
        if (!process.isAlive()) {
            // The body itself has crashed its worker: it did not live to say so.
            return;
        }
        outcome.ifPresentOrElse(
                end -> {
                    ended(attempt, BodyOutcome.end(end), BodyOutcome.error(end));
                    commit(new AttemptReport(attempt.hold(), end, attempt.used()));
                },
                () -> {
                    ended(attempt, End.REVOKED, Optional.empty());
                    letGo(attempt.hold());
                });
    }

    private void commit(AttemptReport report) {
        try {
            var result = tasks.report(List.of(report));
            letGo(report.hold());
            deployment.announce(result.ready());
        } catch (StoreUnavailable e) {
            process.after(REPORT_AGAIN, () -> commit(report));
        }
    }

    private void letGo(Hold hold) {
        holdings.remove(hold);
        intake.wake();
    }

    private void ended(TestAttempt attempt, End how, Optional<String> why) {
        Instant now = deployment.time().instant();
        deployment.record(attempt.hold(), deployment.record(attempt.hold()).ending(now, how, why));
    }
}
