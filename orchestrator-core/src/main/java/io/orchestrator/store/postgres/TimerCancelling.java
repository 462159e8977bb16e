package io.orchestrator.store.postgres;

import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.TimerRefused;
import io.orchestrator.store.TimerStore.Cancelled;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;

/** Cancels a timer by its number, and what waited for it with it. */
final class TimerCancelling {
    private final Tables tables;
    private final TaskEndings endings;

    TimerCancelling(Tables tables, TaskEndings endings) {
        this.tables = tables;
        this.endings = endings;
    }

    Cancelled cancel(DSLContext dsl, long timerId) {
        Optional<TimersTable.Pending> found = tables.timers.pending(dsl, timerId);
        if (found.isEmpty()) {
            return Cancelled.NOT;
        }
        TimersTable.Pending timer = found.get();
        refuseWhatIsOwned(timer);
        // The timer first, as when it fires: of the two, the later one finds nothing left to do.
        if (!tables.timers.cancel(dsl, timerId)) {
            return Cancelled.NOT;
        }
        return new Cancelled(true, timer.kind().equals("retry") ? endWithoutRetry(dsl, timer) : Ready.NOTHING);
    }

    /** A timer of an older attempt than the task's has nobody waiting for it. */
    private Ready endWithoutRetry(DSLContext dsl, TimersTable.Pending timer) {
        Hold expected = new Hold(Objects.requireNonNull(timer.taskId()), Objects.requireNonNull(timer.expectEpoch()));
        EventLog log = tables.newLog();
        List<EndedTask> ended = tables.live.giveUp(dsl, expected).stream()
                .map(live -> new EndedTask(
                        live,
                        TaskState.FAILED,
                        live.epoch(),
                        live.used(),
                        null,
                        EndingDecisions.withoutRetry(timer.id(), lastFailure(dsl, live))))
                .toList();
        Ready ready = endings.apply(dsl, ended, log);
        log.write(dsl);
        return ready;
    }

    private static Optional<String> lastFailure(DSLContext dsl, LiveTask task) {
        return Sql.fetch(dsl, """
                        SELECT data ->> 'error' AS error FROM events
                         WHERE run_id = ? AND task_id = ? AND kind = 'task.retrying' ORDER BY seq DESC LIMIT 1
                        """, r -> Optional.ofNullable(r.getString("error")), task.runId(), task.taskId()).stream()
                .findFirst()
                .flatMap(error -> error);
    }

    private static void refuseWhatIsOwned(TimersTable.Pending timer) {
        String runId = String.valueOf(timer.runId());
        String phaseId = String.valueOf(timer.phaseId());
        switch (timer.kind()) {
            case "retry", "custom" -> {}
            case "task_timeout" -> throw TimerRefused.ofTaskTimebox(timer.id(), runId, String.valueOf(timer.taskId()));
            case "phase_wrap_up", "phase_timeout" -> throw TimerRefused.ofPhaseTimebox(timer.id(), runId, phaseId);
            case "run_wrap_up", "run_timeout" -> throw TimerRefused.ofRunTimebox(timer.id(), runId);
            case "run_start" -> throw TimerRefused.ofRunStart(timer.id(), runId);
            case "phase_start" -> throw TimerRefused.ofPhaseDelay(timer.id(), runId, phaseId);
            default -> throw new IllegalStateException("timer " + timer.id() + " is of unknown kind " + timer.kind());
        }
    }
}
