package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.Ready;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Leases in memory. */
final class InMemoryLeases implements LeaseStore {
    private final Transactions transactions;
    private final Memory memory;
    private final InstantSource clock;

    InMemoryLeases(Transactions transactions, Memory memory, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.clock = clock;
    }

    @Override
    public void register(WorkerInfo worker, Duration lease) {
        transactions.run("leases.register", () -> {
            if (memory.workers.containsKey(worker.id())) {
                throw new DataRejected(
                        "worker " + worker.id() + " is registered already; an id is never used again",
                        new IllegalArgumentException(worker.id()));
            }
            return Optional.ofNullable(memory.workers.put(
                    worker.id(), new WorkerRow(worker, clock.instant().plus(lease))));
        });
    }

    @Override
    public Renewal renew(String workerId, Duration lease, Collection<Hold> holds) {
        return transactions.run("leases.renew", () -> {
            WorkerRow worker = memory.workers.get(workerId);
            if (worker == null || worker.leaseUntil.isEmpty()) {
                return new Renewal(false, List.of());
            }
            worker.leaseUntil = Optional.of(clock.instant().plus(lease));
            return new Renewal(
                    true,
                    holds.stream()
                            .flatMap(hold ->
                                    memory.held(hold).stream().map(t -> new Trusted(hold, t.wrapUpBy, isRecalled(t))))
                            .toList());
        });
    }

    private boolean isRecalled(TaskRow task) {
        return memory.gatesBefore(task, clock.instant()).stream().anyMatch(GateRow::recalls);
    }

    @Override
    public void drain(String workerId) {
        transactions.run("leases.drain", () -> {
            Optional<WorkerRow> alive =
                    Optional.ofNullable(memory.workers.get(workerId)).filter(w -> w.state == WorkerRow.State.ALIVE);
            alive.ifPresent(worker -> worker.state = WorkerRow.State.DRAINING);
            return alive;
        });
    }

    @Override
    public Ready release(String workerId) {
        return transactions.run("leases.release", () -> {
            Instant now = clock.instant();
            Optional.ofNullable(memory.workers.get(workerId)).ifPresent(w -> w.stop(WorkerRow.State.STOPPED));
            List<TaskRow> left = memory.liveWhere(task -> task.isHeldBy(workerId));
            for (TaskRow task : left) {
                task.reclaim(now);
                Json reason = Json.object("reason", "worker " + workerId + " stopped");
                task.phase.run.log(now, EventKind.TASK_HANDED_BACK, task, reason);
            }
            return new Ready(left.stream().map(TaskRow::ticket).toList(), false);
        });
    }
}
