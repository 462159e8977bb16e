package io.orchestrator.store.postgres;

import io.orchestrator.queue.Ticket;
import io.orchestrator.run.DeclineDecisions;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Hold;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Statements on live_tasks: who may do what now. */
final class LiveTasksTable {
    /**
     * Ends the live rows of attempts that are still trusted. The fence: a row of another epoch, or none, is not matched.
     */
    List<LiveTask> end(DSLContext dsl, List<AttemptReport> reports) {
        return Sql.fetch(dsl, """
                        DELETE FROM live_tasks l USING unnest(?::text[], ?::bigint[]) AS r(task_id, epoch)
                         WHERE l.task_id = ANY (ARRAY[r.task_id]) AND l.epoch = r.epoch AND l.state = 'running'
                        RETURNING\s""" + LiveTask.COLUMNS, LiveTask::of, taskIds(reports), epochs(reports));
    }

    /** The live row of an attempt that is still trusted, held until the transaction ends. */
    Optional<LiveTask> held(DSLContext dsl, Hold hold) {
        return Sql.fetch(
                        dsl,
                        "SELECT " + LiveTask.COLUMNS
                                + " FROM live_tasks l WHERE l.task_id = ? AND l.epoch = ? AND l.state = 'running' FOR SHARE",
                        LiveTask::of,
                        hold.taskId(),
                        hold.epoch())
                .stream()
                .findFirst();
    }

    /** A failed attempt with another to come; fenced as {@link #end}. The count of claims starts anew: it did report. */
    List<LiveTask> retry(DSLContext dsl, List<AttemptReport> reports) {
        return Sql.fetch(
                dsl,
                """
                        UPDATE live_tasks l
                           SET state = 'retrying', worker_id = NULL, probe = false, claims = 0, declined = 0, wrap_up_at = NULL,
                               attempt = l.attempt + 1, tokens = greatest(l.tokens, r.tokens),
                               cost_usd = greatest(l.cost_usd, r.cost_usd), tool_ms = greatest(l.tool_ms, r.tool_ms)
                          FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::numeric[], ?::bigint[])
                               AS r(task_id, epoch, tokens, cost_usd, tool_ms)
                          LEFT JOIN live_tasks held ON held.task_id = ANY (ARRAY[r.task_id]) AND held.epoch = r.epoch
                         WHERE l.task_id = ANY (ARRAY[r.task_id]) AND l.epoch = r.epoch AND l.state = 'running'
                        RETURNING\s""" + LiveTask.COLUMNS_OF_HELD,
                LiveTask::of,
                taskIds(reports),
                epochs(reports),
                tokens(reports),
                costs(reports),
                toolMs(reports));
    }

    /** As {@link #retry}, for one attempt whose usage is what its heartbeats said. */
    List<LiveTask> retryKeepingUsage(DSLContext dsl, Hold hold) {
        return Sql.fetch(dsl, """
                        UPDATE live_tasks l
                           SET state = 'retrying', worker_id = NULL, probe = false, claims = 0, declined = 0, wrap_up_at = NULL, attempt = l.attempt + 1
                          FROM live_tasks held
                         WHERE held.task_id = l.task_id AND held.epoch = l.epoch AND l.task_id = ? AND l.epoch = ? AND l.state = 'running'
                        RETURNING\s""" + LiveTask.COLUMNS_OF_HELD, LiveTask::of, hold.taskId(), hold.epoch());
    }

    /** Gives attempts back unfinished, without using one up; fenced as {@link #end}. */
    List<LiveTask> handBack(DSLContext dsl, List<AttemptReport> reports, Function<AttemptReport, Duration> delay) {
        return Sql.fetch(
                dsl,
                """
                        UPDATE live_tasks l
                           SET state = 'queued', worker_id = NULL, probe = false, claims = greatest(l.claims - 1, 0), declined = 0,
                               tokens = greatest(l.tokens, r.tokens),
                               cost_usd = greatest(l.cost_usd, r.cost_usd), tool_ms = greatest(l.tool_ms, r.tool_ms),
                               dispatch_at = clock_timestamp() + r.delay_ms * interval '1 ms'
                          FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::numeric[], ?::bigint[], ?::bigint[])
                               AS r(task_id, epoch, tokens, cost_usd, tool_ms, delay_ms)
                          LEFT JOIN live_tasks held ON held.task_id = ANY (ARRAY[r.task_id]) AND held.epoch = r.epoch
                         WHERE l.task_id = ANY (ARRAY[r.task_id]) AND l.epoch = r.epoch AND l.state = 'running'
                        RETURNING\s""" + LiveTask.COLUMNS_OF_HELD,
                LiveTask::of,
                taskIds(reports),
                epochs(reports),
                tokens(reports),
                costs(reports),
                toolMs(reports),
                reports.stream().map(r -> delay.apply(r).toMillis()).toArray(Long[]::new));
    }

    /** A task that a worker declined, and how often in a row that has happened. */
    record Declined(LiveTask task, int inARow) {}

    /** Gives tasks back that their worker knows nobody for; fenced as {@link #end}. */
    List<Declined> decline(DSLContext dsl, List<AttemptReport> reports) {
        return Sql.fetch(
                dsl,
                """
                        UPDATE live_tasks l
                           SET state = 'queued', worker_id = NULL, probe = false, claims = greatest(l.claims - 1, 0),
                               declined = l.declined + 1,
                               declined_by = (ARRAY[l.worker_id] || l.declined_by)[1:100],
                               dispatch_at = clock_timestamp()
                                             + least(?::bigint, ?::bigint << least(l.declined, 20)) * interval '1 ms'
                          FROM unnest(?::text[], ?::bigint[]) AS r(task_id, epoch)
                          LEFT JOIN live_tasks held ON held.task_id = ANY (ARRAY[r.task_id]) AND held.epoch = r.epoch
                         WHERE l.task_id = ANY (ARRAY[r.task_id]) AND l.epoch = r.epoch AND l.state = 'running'
                        RETURNING l.declined,\s""" + LiveTask.COLUMNS_OF_HELD,
                r -> new Declined(LiveTask.of(r), r.getInt("declined")),
                DeclineDecisions.LONGEST.toMillis(),
                DeclineDecisions.FIRST.toMillis(),
                taskIds(reports),
                epochs(reports));
    }

    /**
     * Fills places that came free in phases, in the tasks' order. The caller holds the phases' rows, so two transactions
     * never fill the same place; what a sweep has locked is about to be cancelled and is passed over.
     */
    List<Ticket> release(DSLContext dsl, Collection<String> phaseIds, Collection<Integer> places) {
        return Sql.fetch(
                dsl,
                """
                        WITH next AS MATERIALIZED (
                            SELECT l.task_id
                              FROM unnest(?::text[], ?::int[]) AS p(phase_id, places)
                             CROSS JOIN LATERAL (
                                   SELECT task_id FROM live_tasks
                                    WHERE phase_id = p.phase_id AND released_at IS NULL
                                    ORDER BY ordinal LIMIT p.places FOR UPDATE SKIP LOCKED) l
                        )
                        UPDATE live_tasks l
                           SET state = 'queued', released_at = clock_timestamp(),
                               dispatch_at = clock_timestamp() + ? * interval '1 ms'
                          WHERE l.task_id = ANY (ARRAY(SELECT task_id FROM next))
                        RETURNING l.task_id, l.lane
                        """,
                LiveTasksTable::ticket,
                phaseIds.toArray(String[]::new),
                places.toArray(Integer[]::new),
                Dispatch.GRACE.toMillis());
    }

    /**
     * Signs of life; fenced, and HOT because nothing indexed changes. What a budget knows of is booked, not told here. Rows
     * that others work on are passed over; those that were written come back.
     */
    List<Hold> heartbeat(DSLContext dsl, List<Heartbeat> beats) {
        return Sql.fetch(
                dsl,
                """
                        WITH beat AS MATERIALIZED (
                            SELECT b.* FROM unnest(?::text[], ?::bigint[], ?::double precision[], ?::text[], ?::bigint[], ?::numeric[], ?::bigint[])
                                   AS b(task_id, epoch, progress, message, tokens, cost_usd, tool_ms)
                              JOIN live_tasks l ON l.task_id = ANY (ARRAY[b.task_id]) AND l.epoch = b.epoch AND l.state = 'running'
                             ORDER BY b.task_id FOR NO KEY UPDATE OF l SKIP LOCKED
                        )
                        UPDATE live_tasks l
                           SET heartbeat_at = clock_timestamp(), progress = CASE WHEN b.progress >= 0 THEN b.progress END, message = b.message,
                               tokens = CASE WHEN l.budgeted THEN l.tokens ELSE greatest(l.tokens, b.tokens) END,
                               cost_usd = CASE WHEN l.budgeted THEN l.cost_usd ELSE greatest(l.cost_usd, b.cost_usd) END,
                               tool_ms = CASE WHEN l.budgeted THEN l.tool_ms ELSE greatest(l.tool_ms, b.tool_ms) END
                          FROM beat b WHERE l.task_id = ANY (ARRAY[b.task_id])
                        RETURNING l.task_id, l.epoch
                        """,
                r -> new Hold(r.getString("task_id"), r.getLong("epoch")),
                beats.stream().map(b -> b.hold().taskId()).toArray(String[]::new),
                beats.stream().map(b -> b.hold().epoch()).toArray(Long[]::new),
                beats.stream().map(Heartbeat::progress).toArray(Double[]::new),
                beats.stream().map(b -> Jsonb.clean(b.message())).toArray(String[]::new),
                beats.stream().map(b -> b.used().tokens()).toArray(Long[]::new),
                beats.stream().map(b -> b.used().costUsd()).toArray(BigDecimal[]::new),
                beats.stream().map(b -> b.used().toolMs()).toArray(Long[]::new));
    }

    /**
     * Deletes live rows of a phase: all of them, or only those that no worker holds. Rows that somebody else is working
     * on are passed over and found by the next sweep. Deleting is the fence for those that were running.
     */
    List<LiveTask> sweep(DSLContext dsl, String phaseId, boolean runningToo, int max) {
        return Sql.fetch(dsl, """
                        WITH victims AS MATERIALIZED (
                            SELECT task_id FROM live_tasks
                             WHERE phase_id = ? AND (? OR state <> 'running')
                             LIMIT ? FOR UPDATE SKIP LOCKED
                        )
                        DELETE FROM live_tasks l WHERE l.task_id = ANY (ARRAY(SELECT task_id FROM victims))
                        RETURNING\s""" + LiveTask.COLUMNS, LiveTask::of, phaseId, runningToo, max);
    }

    /** What a worker holds without knowing: the claim's answer never reached it, so nothing was started. */
    List<LiveTask> disown(DSLContext dsl, String workerId, Collection<Hold> known) {
        return Sql.fetch(
                dsl,
                """
                        UPDATE live_tasks l
                           SET state = 'queued', epoch = l.epoch + (l.epoch < 9223372036854775807)::int, worker_id = NULL, probe = false, claims = greatest(l.claims - 1, 0),
                               dispatch_at = clock_timestamp() + ? * interval '1 ms'
                         WHERE l.worker_id = ? AND l.state = 'running'
                           AND NOT EXISTS (SELECT FROM unnest(?::text[], ?::bigint[]) AS k(task_id, epoch)
                                            WHERE k.task_id = l.task_id AND k.epoch = l.epoch)
                        RETURNING\s""" + LiveTask.COLUMNS,
                LiveTask::of,
                Dispatch.GRACE.toMillis(),
                workerId,
                known.stream().map(Hold::taskId).toArray(String[]::new),
                known.stream().map(Hold::epoch).toArray(Long[]::new));
    }

    boolean hasAny(DSLContext dsl, String runId) {
        return !Sql.fetch(dsl, "SELECT task_id FROM live_tasks WHERE run_id = ? LIMIT 1", r -> true, runId)
                .isEmpty();
    }

    /** The epoch that the task stands under, if it has not ended. */
    Optional<Hold> hold(DSLContext dsl, String taskId) {
        return Sql.fetch(
                        dsl,
                        "SELECT epoch FROM live_tasks WHERE task_id = ?",
                        r -> new Hold(taskId, r.getLong("epoch")),
                        taskId)
                .stream()
                .findFirst();
    }

    /** Takes a task off the live table, whoever holds it. */
    List<LiveTask> remove(DSLContext dsl, Hold hold) {
        return Sql.fetch(
                dsl,
                "DELETE FROM live_tasks l WHERE l.task_id = ? AND l.epoch = ? RETURNING " + LiveTask.COLUMNS,
                LiveTask::of,
                hold.taskId(),
                hold.epoch());
    }

    /** Leaves a released task alone in the queue, and closes every door to its holder. */
    void park(DSLContext dsl, Hold hold, String reason) {
        Sql.send(dsl, """
                        UPDATE live_tasks
                           SET state = 'queued', epoch = epoch + (epoch < 9223372036854775807)::int, worker_id = NULL, probe = false, set_aside = ?
                         WHERE task_id = ? AND epoch = ? AND released_at IS NOT NULL
                        """, reason, hold.taskId(), hold.epoch());
    }

    /** Retries whose timer fired; one that belongs to an older attempt matches nothing. */
    List<Ticket> wake(DSLContext dsl, List<Hold> expected) {
        return Sql.fetch(
                dsl,
                """
                        UPDATE live_tasks l
                           SET state = 'queued', dispatch_at = clock_timestamp() + ? * interval '1 ms'
                          FROM unnest(?::text[], ?::bigint[]) AS w(task_id, epoch)
                         WHERE l.task_id = ANY (ARRAY[w.task_id]) AND l.epoch = w.epoch AND l.state = 'retrying'
                        RETURNING l.task_id, l.lane
                        """,
                LiveTasksTable::ticket,
                Dispatch.GRACE.toMillis(),
                expected.stream().map(Hold::taskId).toArray(String[]::new),
                expected.stream().map(Hold::epoch).toArray(Long[]::new));
    }

    /** Tasks that wait for a retry which no pending timer will bring. */
    List<LiveTask> wakeForgotten(DSLContext dsl, int max) {
        return Sql.fetch(dsl, """
                        WITH forgotten AS MATERIALIZED (
                            SELECT l.task_id FROM live_tasks l JOIN runs r ON r.id = ANY (ARRAY[l.run_id])
                             WHERE l.state = 'retrying'
                               AND NOT EXISTS (SELECT FROM timers m
                                                WHERE m.task_id = l.task_id AND m.state = 'pending' AND m.kind = 'retry'
                                                  AND m.expect_epoch = l.epoch)
                             ORDER BY l.task_id LIMIT ? FOR NO KEY UPDATE OF l, r SKIP LOCKED
                        )
                        UPDATE live_tasks l
                           SET state = 'queued', dispatch_at = clock_timestamp() + ? * interval '1 ms'
                         WHERE l.task_id = ANY (ARRAY(SELECT task_id FROM forgotten))
                        RETURNING\s""" + LiveTask.COLUMNS, LiveTask::of, max, Dispatch.GRACE.toMillis());
    }

    /** Ends what waits for the retry of this attempt. */
    List<LiveTask> giveUp(DSLContext dsl, Hold expected) {
        return Sql.fetch(
                dsl,
                "DELETE FROM live_tasks l WHERE l.task_id = ? AND l.epoch = ? AND l.state = 'retrying' RETURNING "
                        + LiveTask.COLUMNS,
                LiveTask::of,
                expected.taskId(),
                expected.epoch());
    }

    List<LiveTask> timeOut(DSLContext dsl, Collection<String> taskIds) {
        return Sql.fetch(
                dsl,
                "DELETE FROM live_tasks l WHERE l.task_id = ANY (?::text[]) RETURNING " + LiveTask.COLUMNS,
                LiveTask::of,
                (Object) taskIds.toArray(String[]::new));
    }

    void limit(DSLContext dsl, String phaseId, Duration timebox) {
        Sql.send(dsl, """
                        WITH held AS MATERIALIZED (
                            SELECT task_id FROM live_tasks WHERE phase_id = ? ORDER BY task_id FOR UPDATE
                        )
                        UPDATE live_tasks SET deadline = clock_timestamp() + ? * interval '1 ms'
                         WHERE task_id = ANY (ARRAY(SELECT task_id FROM held))
                        """, phaseId, timebox.toMillis());
    }

    /**
     * Pending rows are left alone: locking them here would make {@link #release} pass them over, and the place that came
     * free would be lost. Who is released later learns its deadline from its claim.
     */
    void requestWrapUp(DSLContext dsl, Collection<String> phaseIds) {
        Sql.send(dsl, """
                        WITH held AS MATERIALIZED (
                            SELECT task_id FROM live_tasks
                             WHERE phase_id = ANY (?::text[]) AND deadline IS NOT NULL AND released_at IS NOT NULL
                             ORDER BY task_id FOR UPDATE
                        )
                        UPDATE live_tasks SET wrap_up_at = deadline WHERE task_id = ANY (ARRAY(SELECT task_id FROM held))
                        """, (Object) phaseIds.toArray(String[]::new));
    }

    static Ticket ticket(ResultSet row) throws SQLException {
        return LiveTask.ticket(row.getString("task_id"), row.getInt("lane"));
    }

    private static String[] taskIds(List<AttemptReport> reports) {
        return reports.stream().map(r -> r.hold().taskId()).toArray(String[]::new);
    }

    private static Long[] epochs(List<AttemptReport> reports) {
        return reports.stream().map(r -> r.hold().epoch()).toArray(Long[]::new);
    }

    private static Long[] tokens(List<AttemptReport> reports) {
        return reports.stream().map(r -> r.used().tokens()).toArray(Long[]::new);
    }

    private static BigDecimal[] costs(List<AttemptReport> reports) {
        return reports.stream().map(r -> r.used().costUsd()).toArray(BigDecimal[]::new);
    }

    private static Long[] toolMs(List<AttemptReport> reports) {
        return reports.stream().map(r -> r.used().toolMs()).toArray(Long[]::new);
    }
}
