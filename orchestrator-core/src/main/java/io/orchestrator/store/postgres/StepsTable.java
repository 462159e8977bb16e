package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.STEPS;

import io.orchestrator.json.Json;
import io.orchestrator.store.Hold;
import java.util.Optional;
import org.jooq.DSLContext;

/** Statements on steps: memoised results. */
final class StepsTable {
    Optional<Json> find(DSLContext dsl, String taskId, String name) {
        return dsl.select(STEPS.RESULT)
                .from(STEPS)
                .where(STEPS.TASK_ID.eq(taskId), STEPS.NAME.eq(Jsonb.clean(name)))
                .fetchOptional(r -> Json.parse(r.value1().data()));
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
    Written insert(DSLContext dsl, Hold hold, String name, Json result) {
        return dsl.fetchOptional("""
                        WITH held AS (
                            UPDATE live_tasks SET claims = 0, heartbeat_at = clock_timestamp()
                             WHERE task_id = ? AND epoch = ? AND state = 'running' RETURNING task_id, epoch
                        ), stored AS (
                            INSERT INTO steps (task_id, name, epoch, result)
                            SELECT task_id, ?, epoch, ?::jsonb FROM held
                            ON CONFLICT (task_id, name) DO NOTHING RETURNING name
                        )
                        SELECT EXISTS (SELECT FROM stored) AS is_new FROM held
                        """, hold.taskId(), hold.epoch(), Jsonb.clean(name), Jsonb.text(result))
                .map(row -> row.get("is_new", Boolean.class) ? Written.STORED : Written.KNOWN)
                .orElse(Written.REVOKED);
    }
}
