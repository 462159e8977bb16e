package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.StageState;
import io.orchestrator.store.Gates.Gate;
import org.jooq.DSLContext;

/**
 * Ends a run as cancelled whatever its rows say: for one whose counters do not add up any more, or whose tasks contradict
 * each other, so that its tasks cannot end one after the other. Nothing of it is reckoned, what tasks have used is kept where
 * it stands, and the event says how the run ended.
 */
final class ForcedEnding {
    private final Database database;
    private final Tables tables;

    ForcedEnding(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    void cancel(String runId, String reason, RuntimeException because) {
        database.housekeeping(dsl -> {
            endTasks(dsl, runId, reason);
            Sql.send(dsl, """
                    UPDATE phases SET state = 'cancelled', ending = 'cancelled', reason = coalesce(reason, ?), open = 0,
                           total = greatest(total, completed + failed + failed_children), finished_at = clock_timestamp()
                     WHERE run_id = ? AND finished_at IS NULL
                    """, reason, runId);
            Sql.send(dsl, """
                    UPDATE timers SET state = 'cancelled', fired_at = clock_timestamp()
                     WHERE run_id = ? AND state = 'pending'
                    """, runId);
            tables.runs.finish(dsl, runId, StageState.CANCELLED);
            tables.gates.remove(dsl, Gate.ofRun(runId));
            EventLog log = tables.newLog();
            log.add(Event.ofRun(
                    runId, EventKind.RUN_CANCELLED, Json.object("forced", String.valueOf(because.getMessage()))));
            log.write(dsl);
            return runId;
        });
    }

    private static void endTasks(DSLContext dsl, String runId, String reason) {
        Sql.send(dsl, """
                WITH gone AS (
                    DELETE FROM live_tasks WHERE run_id = ?
                    RETURNING task_id, epoch, attempt, worker_id, tokens, cost_usd, tool_ms
                )
                UPDATE tasks t
                   SET outcome = 'cancelled', attempt = coalesce(g.attempt, 1), epoch = coalesce(g.epoch + 1, 0),
                       worker_id = g.worker_id, error = ?, tokens = coalesce(g.tokens, 0), cost_usd = coalesce(g.cost_usd, 0),
                       tool_ms = coalesce(g.tool_ms, 0), finished_at = clock_timestamp()
                  FROM tasks x LEFT JOIN gone g ON g.task_id = x.id
                 WHERE x.run_id = ? AND t.id = x.id AND t.outcome IS NULL
                """, runId, reason, runId);
    }
}
