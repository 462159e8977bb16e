package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.LeaseDecisions;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.memory.TaskEndings.Ending;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The reaper's and the reconciler's transactions, in memory. */
final class InMemoryRecovery implements Recovery {
    private final Transactions transactions;
    private final Memory memory;
    private final TaskEndings endings;
    private final Sweep sweep;
    private final InstantSource clock;

    InMemoryRecovery(Transactions transactions, Memory memory, TaskEndings endings, Sweep sweep, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.endings = endings;
        this.sweep = sweep;
        this.clock = clock;
    }

    @Override
    public Round reap(Duration lease, int maxClaims, int maxWorkers) {
        return transactions.run("recovery.reap", () -> {
            Instant now = clock.instant();
            Optional<Duration> since = memory.lastReaperRound.map(last -> Duration.between(last, now));
            memory.lastReaperRound = Optional.of(now);
            if (LeaseDecisions.creditsInstead(since, lease)) {
                return new Round(credit(now.plus(lease)), List.of(), 0, 0, Ready.NOTHING);
            }
            clampToClock(now, lease);
            return collect(expired(now, maxWorkers), maxClaims, now);
        });
    }

    private int credit(Instant atLeastUntil) {
        List<WorkerRow> leases = leases();
        leases.forEach(worker -> worker.leaseUntil =
                worker.leaseUntil.map(until -> until.isBefore(atLeastUntil) ? atLeastUntil : until));
        return leases.size();
    }

    private void clampToClock(Instant now, Duration lease) {
        Instant farthest = now.plus(LeaseDecisions.farthestEnd(lease));
        leases().forEach(worker ->
                worker.leaseUntil = worker.leaseUntil.map(until -> until.isAfter(farthest) ? now.plus(lease) : until));
    }

    private List<String> expired(Instant now, int max) {
        return leases().stream()
                .filter(worker -> until(worker).isBefore(now))
                .sorted(Comparator.comparing(InMemoryRecovery::until))
                .limit(max)
                .map(worker -> worker.info.id())
                .toList();
    }

    private List<WorkerRow> leases() {
        return memory.workers.values().stream()
                .filter(worker -> worker.leaseUntil.isPresent())
                .toList();
    }

    private static Instant until(WorkerRow worker) {
        return worker.leaseUntil.orElse(Instant.MIN);
    }

    @Override
    public Round takeAway(Collection<String> workerIds, int maxClaims) {
        return transactions.run("recovery.takeAway", () -> collect(List.copyOf(workerIds), maxClaims, clock.instant()));
    }

    /** Takes the leases, and puts back, or buries, what their workers held. */
    private Round collect(List<String> lost, int maxClaims, Instant now) {
        Set<String> workers = Set.copyOf(lost);
        lost.forEach(id -> Optional.ofNullable(memory.workers.get(id)).ifPresent(w -> w.stop(WorkerRow.State.LOST)));
        List<TaskRow> held = memory.liveWhere(task -> workers.stream().anyMatch(task::isHeldBy));
        Map<Boolean, List<TaskRow>> byPoison =
                held.stream().collect(Collectors.partitioningBy(task -> task.claims >= maxClaims));
        List<TaskRow> requeued = byPoison.getOrDefault(false, List.of());
        List<Ending> dead = new ArrayList<>();
        Ready goingOn = Ready.NOTHING;
        for (TaskRow task : byPoison.getOrDefault(true, List.of())) {
            String error = epitaph(task, maxClaims);
            if (task.mayFallBack()) {
                task.epoch++;
                goingOn = goingOn.and(Fallbacks.take(task, error, task.used, now));
            } else {
                dead.add(Ending.bad(task, TaskState.DEAD, task.used, error));
            }
        }
        for (TaskRow task : requeued) {
            task.reclaim(now);
            task.phase.run.log(now, EventKind.TASK_RECLAIMED, task, Json.EMPTY_OBJECT);
        }
        int again = requeued.size() + goingOn.tickets().size();
        Ready ready = endings.apply(dead)
                .and(goingOn)
                .and(new Ready(requeued.stream().map(TaskRow::ticket).toList(), false));
        return new Round(0, lost, again, dead.size(), ready);
    }

    private static String epitaph(TaskRow task, int maxClaims) {
        return EndingDecisions.epitaph(maxClaims, task.worker.orElse("unknown"));
    }

    @Override
    public List<WorkerInfo> workersOn(String host, String bootId) {
        return transactions.run(
                "recovery.workersOn",
                () -> memory.workers.values().stream()
                        .filter(worker -> worker.isPresent()
                                && worker.info.host().equals(host)
                                && worker.info.bootId().equals(bootId))
                        .map(worker -> worker.info)
                        .toList());
    }

    /** Nobody else deletes here. */
    @Override
    public List<String> withoutLease() {
        return List.of();
    }

    @Override
    public long liveWorkers() {
        return transactions.run("recovery.liveWorkers", () -> {
            Instant now = clock.instant();
            return leases().stream().filter(w -> until(w).isAfter(now)).count();
        });
    }

    @Override
    public Ready wakeForgotten(int max) {
        return transactions.run("recovery.wakeForgotten", () -> {
            Instant now = clock.instant();
            Set<Hold> expected = memory.timers.all().stream()
                    .flatMap(timer -> timer.promise() instanceof Promise.Retry(Hold hold)
                            ? Stream.of(hold)
                            : Stream.<Hold>empty())
                    .collect(Collectors.toSet());
            List<TaskRow> woken =
                    memory
                            .liveWhere(task -> task.state == TaskState.RETRYING && !expected.contains(task.hold()))
                            .stream()
                            .sorted(Comparator.comparing(task -> task.id))
                            .limit(max)
                            .toList();
            for (TaskRow task : woken) {
                task.wake(now);
                task.phase.run.log(now, EventKind.TASK_RETRY_RESTORED, task, Json.EMPTY_OBJECT);
            }
            return new Ready(woken.stream().map(TaskRow::ticket).toList(), false);
        });
    }

    /** Nobody else writes here. */
    @Override
    public Ready mend(int max) {
        return Ready.NOTHING;
    }

    @Override
    public Ready sweep(int max) {
        Ready ready = Ready.NOTHING;
        for (String runId : transactions.run("recovery.sweep", () -> sweep.needAttention(max))) {
            ready = ready.and(sweep.run(runId));
        }
        return ready;
    }
}
