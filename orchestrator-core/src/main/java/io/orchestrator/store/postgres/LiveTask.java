package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Kinship;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The identifying part of a row of live_tasks, as a statement returned it.
 *
 * @param limited it may have a timer of its own
 */
record LiveTask(
        String taskId,
        String runId,
        String phaseId,
        int lane,
        long epoch,
        int attempt,
        @Nullable String workerId,
        @Nullable Instant claimedAt,
        Usage used,
        boolean limited,
        int openChildren) {
    private static final String BEFORE_WORKER = "l.task_id, l.run_id, l.phase_id, l.lane, l.epoch, l.attempt, ";

    private static final String AFTER_WORKER =
            ", l.claimed_at, l.tokens, l.cost_usd, l.tool_ms, l.deadline IS NOT NULL AS limited, l.open_children";

    /** For RETURNING lists; the alias of the table has to be {@code l}. */
    static final String COLUMNS = BEFORE_WORKER + "l.worker_id" + AFTER_WORKER;

    /**
     * The same for statements that take the task from its worker: {@code held} is the row before them, by task and epoch,
     * because an epoch belongs to one worker.
     */
    static final String COLUMNS_OF_HELD = BEFORE_WORKER + "held.worker_id" + AFTER_WORKER;

    static LiveTask of(ResultSet row) throws SQLException {
        return new LiveTask(
                row.getString("task_id"),
                row.getString("run_id"),
                row.getString("phase_id"),
                row.getInt("lane"),
                row.getLong("epoch"),
                row.getInt("attempt"),
                row.getString("worker_id"),
                Sql.instant(row, "claimed_at"),
                Usage.standing(row.getLong("tokens"), Sql.money(row, "cost_usd"), row.getLong("tool_ms")),
                row.getBoolean("limited"),
                row.getInt("open_children"));
    }

    boolean isChild() {
        return Kinship.isChild(taskId);
    }

    Ticket ticket() {
        return ticket(taskId, lane);
    }

    /** A lane that there is not is taken for the nearest. */
    static Ticket ticket(String taskId, int lane) {
        return new Ticket(taskId, Priority.ofLane(Math.clamp(lane, 0, Priority.values().length - 1)));
    }
}
