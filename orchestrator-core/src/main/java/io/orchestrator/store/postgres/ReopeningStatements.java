package io.orchestrator.store.postgres;

import io.orchestrator.queue.Ticket;
import io.orchestrator.run.StageState;
import io.orchestrator.store.Dispatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** The statements that turn ends back, across tables and for reopening only. The caller holds the run's row. */
final class ReopeningStatements {
    /** A task and how it ended, if it did. */
    record Known(String runId, Optional<String> outcome) {}

    Optional<Known> find(DSLContext dsl, String taskId) {
        return Sql.fetch(
                        dsl,
                        "SELECT run_id, outcome FROM tasks WHERE id = ?",
                        r -> new Known(r.getString("run_id"), Optional.ofNullable(r.getString("outcome"))),
                        taskId)
                .stream()
                .findFirst();
    }

    /** Copies a checkpoint behind the newest; the copy's number, or empty when there is no such checkpoint. */
    Optional<Long> copyAsNewest(DSLContext dsl, String taskId, long seq) {
        return Sql.fetch(dsl, """
                        INSERT INTO checkpoints (task_id, seq, epoch, token, data, data_zstd, size_bytes)
                        SELECT k.task_id, newest.seq + 1, newest.epoch, k.token, k.data, k.data_zstd, k.size_bytes
                          FROM checkpoints k,
                               (SELECT seq, epoch FROM checkpoints WHERE task_id = ? ORDER BY seq DESC LIMIT 1) newest
                         WHERE k.task_id = ? AND k.seq = ?
                        RETURNING seq
                        """, r -> r.getLong("seq"), taskId, taskId, seq).stream()
                .findFirst();
    }

    void setCheckpoint(DSLContext dsl, String taskId, long seq) {
        Sql.send(dsl, "UPDATE live_tasks SET checkpoint_seq = ? WHERE task_id = ?", seq, taskId);
    }

    /** Queues a released task at once, whoever holds it: the epoch rises, so a running attempt is revoked. */
    Optional<LiveTask> requeue(DSLContext dsl, String taskId) {
        return Sql.fetch(dsl, """
                        UPDATE live_tasks l
                           SET state = 'queued', epoch = l.epoch + (l.epoch < 9223372036854775807)::int, worker_id = NULL, probe = l.probe AND l.state = 'queued', claims = 0, declined = 0, set_aside = NULL,
                               dispatch_at = clock_timestamp() + interval '2 s'
                         WHERE l.task_id = ? AND l.released_at IS NOT NULL
                        RETURNING\s""" + LiveTask.COLUMNS, LiveTask::of, taskId).stream()
                .findFirst();
    }

    void reopenRun(DSLContext dsl, String runId, Optional<Duration> timebox) {
        Sql.send(dsl, """
                        UPDATE runs SET state = 'running', ending = NULL, reason = NULL, finished_at = NULL, set_aside = NULL,
                               started_at = coalesce(started_at, clock_timestamp()),
                               deadline = clock_timestamp() + ?::bigint * interval '1 ms'
                         WHERE id = ?
                        """, timebox.map(Duration::toMillis).orElse(null), runId);
    }

    void reopenPhase(DSLContext dsl, String phaseId, StageState state, Optional<Duration> timebox) {
        Sql.send(dsl, """
                        UPDATE phases p SET state = ?, ending = NULL, reason = NULL, finished_at = NULL,
                               delay_state = CASE WHEN p.delay_state = 'over' THEN 'over' END,
                               deadline = least(r.deadline, clock_timestamp() + ?::bigint * interval '1 ms')
                          FROM runs r WHERE p.id = ? AND r.id = ANY (ARRAY[p.run_id])
                        """, state.wire(), timebox.map(Duration::toMillis).orElse(null), phaseId);
    }

    /**
     * Gives every task of the phase that did not complete a live row again, pending, with its epoch and its usage going
     * on from where they were; the outcomes are cleared, and the phase's and the run's counters follow. Children of a task
     * that has completed stay as they are: nobody would read what they bring.
     */
    int reopenTasks(DSLContext dsl, String phaseId) {
        String[] again = unfinished(dsl, phaseId);
        int reopened = Sql.execute(dsl, """
                        INSERT INTO live_tasks (task_id, run_id, phase_id, ordinal, lane, state, epoch, checkpoint_seq, deadline,
                                                tokens, cost_usd, tool_ms, children, open_children, budgeted)
                        SELECT t.id, t.run_id, t.phase_id, t.ordinal, r.lane, 'pending', t.epoch,
                               coalesce((SELECT max(seq) FROM checkpoints k WHERE k.task_id = t.id), 0), p.deadline,
                               t.tokens, t.cost_usd, t.tool_ms,
                               (SELECT count(*) FROM tasks c WHERE c.parent_id = t.id),
                               (SELECT count(*) FROM tasks c WHERE c.parent_id = t.id AND c.outcome <> 'completed'),
                               EXISTS (SELECT FROM budgets b WHERE b.scope_id IN (t.phase_id, t.run_id))
                          FROM tasks t JOIN phases p ON p.id = t.phase_id JOIN runs r ON r.id = p.run_id
                         WHERE t.id = ANY (?::text[])
                        """, (Object) again);
        Sql.send(dsl, """
                        WITH back AS (
                            SELECT run_id, count(*)::int AS n, least(sum(tokens), 9223372036854775807)::bigint AS tokens, sum(cost_usd) AS cost_usd,
                                   least(sum(tool_ms), 9223372036854775807)::bigint AS tool_ms,
                                   count(*) FILTER (WHERE parent_id IS NOT NULL
                                                      AND outcome IN ('failed', 'dead', 'timed_out'))::int AS failed_children
                              FROM tasks WHERE id = ANY (?::text[]) GROUP BY run_id
                        ), phase AS (
                            UPDATE phases p SET open = p.open + back.n, failed = 0, failed_children = p.failed_children - back.failed_children,
                                   tokens = greatest(0, p.tokens - back.tokens),
                                   cost_usd = greatest(0, p.cost_usd - back.cost_usd), tool_ms = greatest(0, p.tool_ms - back.tool_ms)
                              FROM back WHERE p.id = ?
                        )
                        UPDATE runs r SET tokens = greatest(0, r.tokens - back.tokens),
                               cost_usd = greatest(0, r.cost_usd - back.cost_usd), tool_ms = greatest(0, r.tool_ms - back.tool_ms)
                          FROM back WHERE r.id = back.run_id
                        """, again, phaseId);
        Sql.send(dsl, """
                        UPDATE tasks SET outcome = NULL, attempt = NULL, epoch = NULL, worker_id = NULL, output = NULL,
                               error = NULL, tokens = NULL, cost_usd = NULL, tool_ms = NULL, started_at = NULL, finished_at = NULL
                         WHERE id = ANY (?::text[])
                        """, (Object) again);
        return reopened;
    }

    private static String[] unfinished(DSLContext dsl, String phaseId) {
        return Sql.fetch(dsl, """
                        WITH RECURSIVE again AS (
                            SELECT id FROM tasks WHERE phase_id = ? AND parent_id IS NULL AND outcome <> 'completed'
                            UNION ALL
                            SELECT c.id FROM again a JOIN tasks c ON c.parent_id = a.id AND c.outcome <> 'completed'
                        )
                        SELECT id FROM again ORDER BY id
                        """, r -> r.getString("id"), phaseId).toArray(String[]::new);
    }

    /** Children take no place of their phase. */
    List<Ticket> releaseChildren(DSLContext dsl, String phaseId) {
        return Sql.fetch(dsl, """
                        UPDATE live_tasks l
                           SET state = 'queued', released_at = clock_timestamp(),
                               dispatch_at = clock_timestamp() + ? * interval '1 ms'
                          FROM tasks t
                         WHERE l.phase_id = ? AND l.released_at IS NULL AND t.id = l.task_id AND t.parent_id IS NOT NULL
                        RETURNING l.task_id, l.lane
                        """, LiveTasksTable::ticket, Dispatch.GRACE.toMillis(), phaseId);
    }
}
