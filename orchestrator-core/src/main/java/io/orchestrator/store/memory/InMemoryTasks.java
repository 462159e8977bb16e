package io.orchestrator.store.memory;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.PhaseContext;
import io.orchestrator.store.Ready;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.TaskStore;
import io.orchestrator.store.memory.TaskEndings.Ending;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/** Claims, reports and signs of life, in memory. */
final class InMemoryTasks implements TaskStore {
    /** Highest lane first, longest due first. */
    static final Comparator<TaskRow> BY_URGENCY =
            Comparator.comparing(TaskRow::lane).thenComparing(task -> task.dispatchAt);

    private final Transactions transactions;
    private final Memory memory;
    private final TaskEndings endings;
    private final InstantSource clock;

    InMemoryTasks(Transactions transactions, Memory memory, TaskEndings endings, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.endings = endings;
        this.clock = clock;
    }

    @Override
    public List<ClaimedTask> claim(String workerId, Collection<String> taskIds) {
        return taskIds.isEmpty()
                ? List.of()
                : transactions.run("tasks.claim", () -> take(workerId, live(taskIds), taskIds.size()));
    }

    private List<TaskRow> live(Collection<String> taskIds) {
        return taskIds.stream()
                .distinct()
                .flatMap(id -> Optional.ofNullable(memory.live.get(id)).stream())
                .toList();
    }

    @Override
    public List<ClaimedTask> claimNext(String workerId, int max, List<Priority> order) {
        Comparator<TaskRow> byTurn = Comparator.comparingInt(task -> order.indexOf(task.lane()));
        return transactions.run(
                "tasks.claimNext",
                () -> take(
                        workerId,
                        memory.queued().stream()
                                .filter(task -> task.declined == 0 || !task.dispatchAt.isAfter(clock.instant()))
                                .sorted(byTurn.thenComparing(BY_URGENCY))
                                .toList(),
                        max));
    }

    @Override
    public List<ClaimedTask> claimDeclined(String workerId, int max) {
        return transactions.run(
                "tasks.claimDeclined",
                () -> take(
                        workerId,
                        memory.queued().stream()
                                .filter(task -> task.declined > 0 && !task.declinedBy.contains(workerId))
                                .sorted(BY_URGENCY)
                                .toList(),
                        max));
    }

    private List<ClaimedTask> take(String workerId, List<TaskRow> wanted, int max) {
        Instant now = clock.instant();
        WorkerRow worker = memory.workers.get(workerId);
        if (worker == null || !worker.mayClaimAt(now)) {
            return List.of();
        }
        List<TaskRow> taken = wanted.stream()
                .filter(t -> t.mayStartAt(now) && !memory.isHeld(t, now) && !memory.isBroke(t))
                .limit(max)
                .toList();
        taken.forEach(task -> task.claim(workerId, now));
        return taken.stream().map(task -> claimed(task, now)).toList();
    }

    private ClaimedTask claimed(TaskRow task, Instant now) {
        long afterSeq = task.fellBack.map(TaskRow.FallenBack::afterSeq).orElse(0L);
        Optional<Checkpoint> newest = Optional.ofNullable(
                        memory.checkpointsOf(task.id).lastEntry())
                .filter(entry -> entry.getKey() > afterSeq)
                .map(entry -> entry.getValue().checkpoint());
        return new ClaimedTask(
                task.hold(),
                task.phase.run.id,
                task.phase.id,
                task.round,
                task.step,
                task.spec.type(),
                task.target(),
                task.spec.name(),
                task.attempt,
                task.spec.input(),
                task.spec.budget(),
                task.fellBack.map(TaskRow.FallenBack::from),
                task.probing,
                task.deadline,
                newest,
                task.children,
                task.openChildren,
                memory.isBudgeted(task),
                task.used,
                now);
    }

    @Override
    public Ready disown(String workerId, Collection<Hold> known) {
        return transactions.run("tasks.disown", () -> {
            Set<Hold> kept = Set.copyOf(known);
            List<TaskRow> unknown = memory.liveWhere(task -> task.isHeldBy(workerId) && !kept.contains(task.hold()));
            unknown.forEach(task -> task.disown(clock.instant()));
            return new Ready(unknown.stream().map(TaskRow::ticket).toList(), false);
        });
    }

    @Override
    public PhaseContext context(String phaseId, int step) {
        return transactions.run("tasks.context", () -> {
            PhaseRow phase = Optional.ofNullable(memory.phases.get(phaseId))
                    .orElseThrow(() -> new NoSuchElementException("there is no phase " + phaseId));
            return new PhaseContext(
                    phase.run.id,
                    phase.plan.phase(),
                    phase.run.plan(),
                    phase.run.inputs.overlaidBy(phase.plan.inputs()),
                    StepOpening.upstream(phase, step),
                    phase.run.request.agents());
        });
    }

    @Override
    public ReportResult report(List<AttemptReport> reports) {
        return reports.isEmpty()
                ? new ReportResult(Set.of(), Ready.NOTHING)
                : transactions.run(
                        "tasks.report", () -> new ReportBatch(memory, endings, clock.instant()).apply(reports));
    }

    @Override
    public Ready setAside(Hold hold, String reason) {
        return transactions.run(
                "tasks.setAside",
                () -> memory.held(hold)
                        .map(task -> endings.apply(List.of(Ending.bad(task, TaskState.DEAD, task.used, reason))))
                        .orElse(Ready.NOTHING));
    }

    @Override
    public Set<Hold> heartbeat(List<Heartbeat> heartbeats) {
        if (heartbeats.isEmpty()) {
            return Set.of();
        }
        return transactions.run("tasks.heartbeat", () -> {
            Set<Hold> written = new HashSet<>();
            heartbeats.forEach(beat -> memory.held(beat.hold()).ifPresent(task -> {
                note(task, beat);
                written.add(beat.hold());
            }));
            return written;
        });
    }

    @Override
    public boolean tell(Hold hold, EventKind kind, Json data) {
        return transactions.run("tasks.tell", () -> {
            Optional<TaskRow> task = memory.held(hold);
            task.ifPresent(held -> held.phase.run.log(clock.instant(), kind, held, data));
            return task.isPresent();
        });
    }

    private void note(TaskRow task, Heartbeat beat) {
        task.progress = beat.progress() < 0 ? Optional.empty() : Optional.of(beat.progress());
        task.message = Optional.of(Stored.text(beat.message()));
        if (!memory.isBudgeted(task)) {
            task.use(beat.used());
        }
    }
}
