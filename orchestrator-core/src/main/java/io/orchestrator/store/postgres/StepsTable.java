package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.store.Hold;
import java.util.Optional;
import org.jooq.DSLContext;

/** Statements on steps: memoised results. */
final class StepsTable {
    Optional<Json> find(DSLContext dsl, String taskId, String name) {
        return Sql.fetch(
                        dsl,
                        "SELECT result::text AS result FROM steps WHERE task_id = ? AND name = ?",
                        row -> Jsonb.read("the result of step " + name, row.getString("result")),
                        taskId,
                        name)
                .stream()
                .findFirst();
    }

    /** What became of a result that was to be stored. */
    enum Written {
        STORED,
        /** There was one already, which stays. */
        KNOWN,
        /** The hold is no longer current. */
        REVOKED
    }

    /** Fence and insert in one statement. */
    Written insert(DSLContext dsl, Hold hold, String name, Json result, Usage used) {
        return Sql.fetch(
                        dsl,
                        """
                        WITH held AS (
                            UPDATE live_tasks SET claims = 0, heartbeat_at = clock_timestamp(), tokens = greatest(tokens, ?::bigint),
                                   cost_usd = greatest(cost_usd, ?::numeric), tool_ms = greatest(tool_ms, ?::bigint)
                             WHERE task_id = ? AND epoch = ? AND state = 'running' RETURNING task_id, epoch
                        ), stored AS (
                            INSERT INTO steps (task_id, name, epoch, result)
                            SELECT task_id, ?, epoch, ?::jsonb FROM held
                            ON CONFLICT (task_id, name) DO NOTHING RETURNING name
                        )
                        SELECT EXISTS (SELECT FROM stored) AS is_new FROM held
                        """,
                        row -> row.getBoolean("is_new") ? Written.STORED : Written.KNOWN,
                        used.tokens(),
                        used.costUsd(),
                        used.toolMs(),
                        hold.taskId(),
                        hold.epoch(),
                        name,
                        result.toString())
                .stream()
                .findFirst()
                .orElse(Written.REVOKED);
    }
}
