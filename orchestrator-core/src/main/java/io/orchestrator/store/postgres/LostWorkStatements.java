package io.orchestrator.store.postgres;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;

/** Statements on the live tasks of workers that are lost. */
final class LostWorkStatements {
    /** What lost workers held and may try again: the epoch rises, which closes every door to the old holder. */
    List<LiveTask> requeue(DSLContext dsl, LostWork lost) {
        return Sql.fetch(
                dsl,
                "WITH held AS MATERIALIZED (SELECT l.task_id, l.worker_id FROM live_tasks l WHERE" + LostWork.HELD
                        + "AND l.claims < ? ORDER BY l.task_id FOR UPDATE OF l SKIP LOCKED)" + """
                        UPDATE live_tasks l
                           SET state = 'queued', epoch = l.epoch + (l.epoch < 9223372036854775807)::int, worker_id = NULL, probe = false, dispatch_at = clock_timestamp()
                          FROM held WHERE l.task_id = ANY (ARRAY[held.task_id])
                        RETURNING\s"""
                        + LiveTask.COLUMNS_OF_HELD,
                LiveTask::of,
                lost.workerIds(),
                lost.runId(),
                lost.runId(),
                lost.maxClaims());
    }

    /** Runs that lost workers hold tasks of, in any order. */
    List<String> runsOf(DSLContext dsl, Collection<String> workerIds) {
        return Sql.fetch(
                dsl,
                "SELECT run_id FROM live_tasks WHERE worker_id = ANY (?::text[]) AND state = 'running'"
                        + " GROUP BY run_id ORDER BY random()",
                r -> r.getString("run_id"),
                (Object) workerIds.toArray(String[]::new));
    }

    /** Those of these workers that hold a task. */
    Set<String> stillHolding(DSLContext dsl, Collection<String> workerIds) {
        return Set.copyOf(Sql.fetch(
                dsl,
                "SELECT DISTINCT worker_id FROM live_tasks WHERE worker_id = ANY (?::text[]) AND state = 'running'",
                r -> r.getString("worker_id"),
                (Object) workerIds.toArray(String[]::new)));
    }

    /** What {@link #bury} would end. */
    List<LiveTask> dying(DSLContext dsl, LostWork lost) {
        return Sql.fetch(
                dsl,
                "SELECT " + LiveTask.COLUMNS + " FROM live_tasks l WHERE" + LostWork.HELD + "AND l.claims >= ?",
                LiveTask::of,
                lost.workerIds(),
                lost.runId(),
                lost.runId(),
                lost.maxClaims());
    }

    /** What lost workers held and has taken too many of them down. */
    List<LiveTask> bury(DSLContext dsl, LostWork lost) {
        return Sql.fetch(
                dsl,
                "WITH held AS MATERIALIZED (SELECT l.task_id FROM live_tasks l WHERE" + LostWork.HELD
                        + "AND l.claims >= ? ORDER BY l.task_id FOR UPDATE OF l SKIP LOCKED)"
                        + " DELETE FROM live_tasks l WHERE l.task_id = ANY (ARRAY(SELECT task_id FROM held)) RETURNING "
                        + LiveTask.COLUMNS,
                LiveTask::of,
                lost.workerIds(),
                lost.runId(),
                lost.runId(),
                lost.maxClaims());
    }
}
