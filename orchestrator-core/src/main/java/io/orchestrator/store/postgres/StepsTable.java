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
                .where(STEPS.TASK_ID.eq(taskId), STEPS.NAME.eq(name))
                .fetchOptional(r -> Json.parse(r.value1().data()));
    }

    /** Fence and insert in one statement. False when the hold is no longer current, or the step is stored already. */
    boolean insert(DSLContext dsl, Hold hold, String name, Json result) {
        return dsl.query("""
                                WITH held AS (
                                    UPDATE live_tasks SET claims = 0, heartbeat_at = clock_timestamp()
                                     WHERE task_id = ? AND epoch = ? AND state = 'running' RETURNING task_id, epoch
                                )
                                INSERT INTO steps (task_id, name, epoch, result)
                                SELECT task_id, ?, epoch, ?::jsonb FROM held
                                ON CONFLICT (task_id, name) DO NOTHING
                                """, hold.taskId(), hold.epoch(), Jsonb.clean(name), Jsonb.text(result))
                        .execute()
                == 1;
    }
}
