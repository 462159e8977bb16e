package io.orchestrator.engine;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Priority;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.PhaseContext;
import io.orchestrator.store.Ready;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.TaskStore;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A worker's side of tasks, which remembers what came of its reports and which heartbeats have arrived. */
final class ObservedTasks implements TaskStore {
    private final TaskStore real;
    private final boolean silent;
    private final ConcurrentHashMap<Hold, Boolean> reported = new ConcurrentHashMap<>();
    private final Set<Heartbeat> beats = ConcurrentHashMap.newKeySet();

    private ObservedTasks(TaskStore real, boolean silent) {
        this.real = real;
        this.silent = silent;
    }

    static ObservedTasks of(TaskStore real) {
        return new ObservedTasks(real, false);
    }

    /** One whose heartbeats do not arrive. */
    static ObservedTasks silent(TaskStore real) {
        return new ObservedTasks(real, true);
    }

    /** Whether the end of an attempt was accepted; empty while the store has not judged it. */
    Optional<Boolean> verdict(Hold hold) {
        return Optional.ofNullable(reported.get(hold));
    }

    /** Whether a heartbeat of this attempt with this message has been sent and answered. */
    boolean hasBeaten(Hold hold, String message) {
        return beats.stream()
                .anyMatch(beat -> beat.hold().equals(hold) && beat.message().equals(message));
    }

    @Override
    public ReportResult report(List<AttemptReport> reports) {
        ReportResult result = real.report(reports);
        for (AttemptReport report : reports) {
            reported.put(report.hold(), result.accepted().contains(report.hold()));
        }
        return result;
    }

    @Override
    public Set<Hold> heartbeat(List<Heartbeat> heartbeats) {
        if (silent) {
            return Set.copyOf(heartbeats.stream().map(Heartbeat::hold).toList());
        }
        beats.addAll(new HashSet<>(heartbeats));
        return real.heartbeat(heartbeats);
    }

    @Override
    public List<ClaimedTask> claim(String workerId, Collection<String> taskIds) {
        return real.claim(workerId, taskIds);
    }

    @Override
    public List<ClaimedTask> claimNext(String workerId, int max, List<Priority> order) {
        return real.claimNext(workerId, max, order);
    }

    @Override
    public List<ClaimedTask> claimDeclined(String workerId, int max) {
        return real.claimDeclined(workerId, max);
    }

    @Override
    public Ready disown(String workerId, Collection<Hold> known) {
        return real.disown(workerId, known);
    }

    @Override
    public PhaseContext context(String phaseId, int step) {
        return real.context(phaseId, step);
    }

    @Override
    public Ready setAside(Hold hold, String reason) {
        return real.setAside(hold, reason);
    }

    @Override
    public boolean tell(Hold hold, EventKind kind, Json data) {
        return real.tell(hold, kind, data);
    }
}
