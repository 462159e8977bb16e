package io.orchestrator.store.postgres;

import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.Dispatch;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jooq.DSLContext;

/**
 * The change from a task's target to its fallback, across the live row and the task: instead of ending, the task is queued
 * again with all its attempts, and from then on the fallback is its target. A task falls back once.
 */
final class FallbackStatements {
    /** A task that goes on with its fallback. */
    record FellBack(LiveTask live, String from, String to, String error) {}

    private static final String NAME = """
            , named AS (
                UPDATE tasks t
                   SET target = t.fallback,
                       fell_back = jsonb_build_object('from', t.target, 'error', b.error, 'attempts', b.attempts, 'afterSeq',
                               CASE WHEN t.fallback_from_checkpoint THEN 0 ELSE b.checkpoint_seq END)
                  FROM back b WHERE t.id = ANY (ARRAY[b.task_id])
                RETURNING t.id, t.fell_back ->> 'from' AS from_target, t.target, t.fell_back ->> 'error' AS error
            )
            SELECT\s""" + LiveTask.COLUMNS_OF_HELD + ", n.from_target, n.target, n.error"
            + " FROM back l JOIN named n ON n.id = l.task_id JOIN held ON held.task_id = l.task_id";

    /** Those of the failed attempts that are still trusted, and whose task has a fallback that was not used yet. */
    List<FellBack> ofFailed(DSLContext dsl, List<AttemptReport> failed) {
        return Sql.fetch(
                dsl,
                """
                        WITH held AS MATERIALIZED (
                            SELECT r.*, l.attempt AS attempts, l.worker_id
                              FROM unnest(?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::numeric[], ?::bigint[])
                                   AS r(task_id, epoch, error, tokens, cost_usd, tool_ms)
                              JOIN tasks t ON t.id = ANY (ARRAY[r.task_id]) AND t.fallback IS NOT NULL AND t.fell_back IS NULL
                              JOIN live_tasks l ON l.task_id = ANY (ARRAY[r.task_id]) AND l.epoch = r.epoch AND l.state = 'running'
                             ORDER BY r.task_id FOR UPDATE OF l
                        ), back AS (
                            UPDATE live_tasks l
                               SET state = 'queued', worker_id = NULL, probe = false, claims = 0, declined = 0, attempt = 1, wrap_up_at = NULL,
                                   tokens = f.tokens, cost_usd = f.cost_usd, tool_ms = f.tool_ms,
                                   dispatch_at = clock_timestamp() + ? * interval '1 ms'
                              FROM held f WHERE l.task_id = ANY (ARRAY[f.task_id])
                            RETURNING l.*, f.error, f.attempts
                        )""" + NAME,
                FallbackStatements::fellBack,
                failed.stream().map(r -> r.hold().taskId()).toArray(String[]::new),
                failed.stream().map(r -> r.hold().epoch()).toArray(Long[]::new),
                failed.stream().map(FallbackStatements::error).toArray(String[]::new),
                failed.stream().map(r -> r.used().tokens()).toArray(Long[]::new),
                failed.stream().map(r -> r.used().costUsd()).toArray(BigDecimal[]::new),
                failed.stream().map(r -> r.used().toolMs()).toArray(Long[]::new),
                Dispatch.GRACE.toMillis());
    }

    /** What lost workers held and would be buried: the epoch rises, as for every task that is taken away. */
    List<FellBack> ofLost(DSLContext dsl, LostWork lost, String error) {
        return Sql.fetch(
                dsl,
                """
                        WITH held AS MATERIALIZED (
                            SELECT l.task_id, l.attempt AS attempts, l.worker_id
                              FROM live_tasks l
                              JOIN tasks t ON t.id = ANY (ARRAY[l.task_id]) AND t.fallback IS NOT NULL AND t.fell_back IS NULL
                             WHERE""" + LostWork.HELD + """
                               AND l.claims >= ?
                             ORDER BY l.task_id FOR UPDATE OF l SKIP LOCKED
                        ), back AS (
                            UPDATE live_tasks l
                               SET state = 'queued', epoch = l.epoch + (l.epoch < 9223372036854775807)::int, worker_id = NULL, probe = false, claims = 0, declined = 0, attempt = 1,
                                   wrap_up_at = NULL, dispatch_at = clock_timestamp()
                              FROM held WHERE l.task_id = ANY (ARRAY[held.task_id])
                            RETURNING l.*, ?::text AS error, held.attempts
                        )""" + NAME,
                FallbackStatements::fellBack,
                lost.workerIds(),
                lost.runId(),
                lost.runId(),
                lost.maxClaims(),
                error);
    }

    private static String error(AttemptReport report) {
        return report.outcome() instanceof Outcome.Failed(var failure) ? Jsonb.clean(failure.message()) : "";
    }

    private static FellBack fellBack(ResultSet r) throws SQLException {
        return new FellBack(LiveTask.of(r), r.getString("from_target"), r.getString("target"), r.getString("error"));
    }
}
