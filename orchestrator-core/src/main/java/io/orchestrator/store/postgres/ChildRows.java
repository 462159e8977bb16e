package io.orchestrator.store.postgres;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.store.Dispatch;
import java.util.Optional;
import org.jooq.DSLContext;

/** The rows of children. The caller holds the parent's live row, so one parent's children are made one by one. */
final class ChildRows {
    /** Whose child it is, and what that has used by now. */
    record Submitter(String taskId, Usage used) {}

    /** A child that exists. */
    record Known(String taskId, ChildSpec spec) {}

    /**
     * A child's place in its phase.
     *
     * @param open false when the phase or its run is ending and starts nothing more
     */
    record Place(int ordinal, boolean open) {}

    Optional<Known> find(DSLContext dsl, String phaseId, String key) {
        return Sql.fetch(
                        dsl,
                        "SELECT id, type, target, input::text AS input FROM tasks WHERE phase_id = ? AND key = ?",
                        r -> new Known(
                                r.getString("id"),
                                new ChildSpec(
                                        key,
                                        r.getString("type"),
                                        r.getString("target"),
                                        Jsonb.readObject(
                                                "the input of task " + r.getString("id"), r.getString("input")))),
                        phaseId,
                        key)
                .stream()
                .findFirst();
    }

    /** Counts a further task into the phase, whose row is held from here on. */
    Place makeRoom(DSLContext dsl, String phaseId) {
        return Sql.fetch(dsl, """
                        UPDATE phases p SET total = p.total + 1, open = p.open + 1
                          FROM runs r WHERE p.id = ? AND r.id = ANY (ARRAY[p.run_id])
                        RETURNING p.total - 1 AS ordinal, p.ending IS NULL AND r.ending IS NULL AS open
                        """, r -> new Place(r.getInt("ordinal"), r.getBoolean("open")), phaseId)
                .getFirst();
    }

    /** A child takes no place of its phase: it is queued at once, with its parent's deadline. */
    void insert(DSLContext dsl, Submitter parent, Known child, String key, Place place) {
        ChildSpec spec = child.spec();
        Sql.send(
                dsl,
                """
                        WITH parent AS (
                            UPDATE live_tasks SET children = children + 1, open_children = open_children + 1, claims = 0,
                                   tokens = greatest(tokens, ?::bigint), cost_usd = greatest(cost_usd, ?::numeric),
                                   tool_ms = greatest(tool_ms, ?::bigint)
                             WHERE task_id = ?
                            RETURNING task_id, run_id, phase_id, lane, deadline, budgeted
                        ), task AS (
                            INSERT INTO tasks (id, run_id, phase_id, key, round, step, ordinal, type, target, name, input, parent_id)
                            SELECT ?, p.run_id, p.phase_id, ?, t.round, t.step, ?, ?, ?, t.name || '/' || ?, ?::jsonb, p.task_id
                              FROM parent p JOIN tasks t ON t.id = ANY (ARRAY[p.task_id])
                        )
                        INSERT INTO live_tasks (task_id, run_id, phase_id, ordinal, lane, state, released_at, dispatch_at,
                                                deadline, budgeted)
                        SELECT ?, p.run_id, p.phase_id, ?, p.lane, CASE WHEN ? THEN 'queued' ELSE 'pending' END,
                               CASE WHEN ? THEN clock_timestamp() END, clock_timestamp() + ? * interval '1 ms', p.deadline, p.budgeted
                          FROM parent p
                        """,
                parent.used().tokens(),
                parent.used().costUsd(),
                parent.used().toolMs(),
                parent.taskId(),
                child.taskId(),
                key,
                place.ordinal(),
                spec.type(),
                spec.target(),
                spec.key(),
                spec.input().size() == 0 ? null : Jsonb.text(spec.input()),
                child.taskId(),
                place.ordinal(),
                place.open(),
                place.open(),
                Dispatch.GRACE.toMillis());
    }
}
