package io.orchestrator.store.postgres;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jooq.DSLContext;

/**
 * Sets a run's clocks right after a pause, so that its timeboxes have stood still: the timers move by how long they have
 * waited since the pause began, and deadlines follow their timers.
 *
 * <p>While a run's gate is closed, its timers of {@link #KINDS these kinds} do not fire.
 */
final class PausedClocks {
    private static final String KINDS =
            " IN ('task_timeout', 'phase_wrap_up', 'phase_timeout', 'run_wrap_up', 'run_timeout') ";

    /** A row {@code t} of timers is not one that stands still. */
    static final String TICKS =
            " NOT (t.kind" + KINDS + "AND EXISTS (SELECT FROM gates g WHERE g.kind = 'run' AND g.name = t.run_id)) ";

    /** Holds the rows whose deadlines will move, in the order in which everybody takes them; the run's row comes next. */
    void lockParts(DSLContext dsl, String runId) {
        Sql.send(dsl, """
                SELECT task_id FROM live_tasks WHERE run_id = ? AND deadline IS NOT NULL ORDER BY task_id FOR UPDATE
                """, runId);
        Sql.send(
                dsl,
                "SELECT id FROM phases WHERE run_id = ? AND state IN ('running', 'holding') ORDER BY id FOR UPDATE",
                runId);
    }

    /** Moves timers and deadlines; the caller holds the run's row. */
    void move(DSLContext dsl, String runId, Instant pausedAt) {
        OffsetDateTime since = pausedAt.atOffset(ZoneOffset.UTC);
        Sql.send(
                dsl,
                "UPDATE timers t SET fire_at = t.fire_at + (clock_timestamp() - greatest(t.created_at, ?::timestamptz))"
                        + " WHERE t.run_id = ? AND t.state = 'pending' AND t.kind" + KINDS,
                since,
                runId);
        Sql.send(dsl, """
                UPDATE runs r
                   SET deadline = coalesce((SELECT max(t.fire_at) FROM timers t
                                             WHERE t.run_id = r.id AND t.phase_id IS NULL AND t.state = 'pending'
                                               AND t.kind = 'run_timeout'), r.deadline)
                 WHERE r.id = ?
                """, runId);
        Sql.send(dsl, """
                UPDATE phases p
                   SET deadline = least(r.deadline, (SELECT max(t.fire_at) FROM timers t
                                                      WHERE t.phase_id = p.id AND t.task_id IS NULL
                                                        AND t.state = 'pending' AND t.kind = 'phase_timeout'))
                  FROM runs r
                 WHERE p.run_id = ? AND r.id = p.run_id AND p.state IN ('running', 'holding') AND p.deadline IS NOT NULL
                """, runId);
        Sql.send(dsl, """
                UPDATE live_tasks l
                   SET deadline = d.deadline, wrap_up_at = CASE WHEN l.wrap_up_at IS NOT NULL THEN d.deadline END
                  FROM (SELECT x.task_id, least(p.deadline, (SELECT max(t.fire_at) FROM timers t
                                                              WHERE t.task_id = x.task_id AND t.task_id IS NOT NULL
                                                                AND t.state = 'pending' AND t.kind = 'task_timeout'))
                               AS deadline
                          FROM live_tasks x JOIN phases p ON p.id = x.phase_id
                         WHERE x.run_id = ? AND x.deadline IS NOT NULL) d
                 WHERE l.task_id = d.task_id
                """, runId);
    }
}
