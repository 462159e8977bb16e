package io.orchestrator.testing;

import io.orchestrator.queue.Delivery;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore.Renewal;
import io.orchestrator.store.LeaseStore.Trusted;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore;
import io.orchestrator.testing.AttemptRecord.End;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    private final Duration lease;
    private final Map<Hold, TestAttempt> holdings = new LinkedHashMap<>();
    private final Rounds intake;
    private @Nullable String id;
    private Instant trustedUntil = Instant.MIN;
    private boolean storeMayBelieveMore;

    TestWorker(Deployment deployment, String name) {
        this.deployment = deployment;
        this.tasks = deployment.store().tasks();
        this.process = new TestProcess(name, deployment.time());
        this.reader = deployment.newQueue().reader(name);
        this.outcomes = new BodyOutcome(deployment);
        this.lease = deployment.settings().lease();
        new Rounds(process, this::renew).start();
        this.intake = new Rounds(process, this::take).start();
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

    private Duration renew() {
        String known = id;
        Instant sent = deployment.time().instant();
        if (known == null) {
            String fresh = deployment.ids().worker();
            int slots = deployment.settings().slots();
            deployment
                    .store()
                    .leases()
                    .register(new WorkerInfo(fresh, process.name(), "boot", 1, "then", slots, "test"), lease);
            id = fresh;
            trust(sent);
            intake.wake();
            return lease.dividedBy(3);
        }
        try {
            tasks.heartbeat(
                    holdings.values().stream().map(TestAttempt::sign).toList());
            List<Hold> asked = List.copyOf(holdings.keySet());
            Renewal renewal = deployment.store().leases().renew(known, lease, asked);
            if (!renewal.alive()) {
                id = null;
                stopAll(TestAttempt.Stop.LOST);
                return Duration.ZERO;
            }
            trust(sent);
            judge(asked, renewal);
            return lease.dividedBy(3);
        } catch (StoreUnavailable e) {
            return REPORT_AGAIN;
        }
    }

    /** For nine tenths of the lease, and then it stops what it holds, whether or not it has heard anything. */
    private void trust(Instant sent) {
        Instant until = sent.plus(lease.multipliedBy(9).dividedBy(10));
        trustedUntil = until;
        process.after(Duration.between(deployment.time().instant(), until), () -> {
            if (trustedUntil.equals(until)) {
                stopAll(TestAttempt.Stop.FENCED);
            }
        });
    }

    private void judge(List<Hold> asked, Renewal renewal) {
        Map<Hold, Trusted> trusted = new LinkedHashMap<>();
        renewal.trusted().forEach(t -> trusted.put(t.hold(), t));
        for (Hold hold : asked) {
            TestAttempt attempt = holdings.get(hold);
            Trusted still = trusted.get(hold);
            if (attempt != null && still == null) {
                attempt.stop(TestAttempt.Stop.REVOKED);
            } else if (attempt != null) {
                still.wrapUpBy().ifPresent(attempt::requestWrapUp);
                if (still.recalled()) {
                    attempt.recall();
                }
            }
        }
    }

    private void stopAll(TestAttempt.Stop reason) {
        List.copyOf(holdings.values()).forEach(attempt -> attempt.stop(reason));
    }

    /** Reads as many tickets as it has free slots for, claims, settles, and begins. */
    private Duration take() {
        String worker = id;
        int free = deployment.settings().slots() - holdings.size();
        if (worker == null || free <= 0 || deployment.time().instant().isAfter(trustedUntil)) {
            return POLL;
        }
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
                        task,
                        tasks.context(task.phaseId(), task.step()),
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
