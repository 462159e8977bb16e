package io.orchestrator.store.postgres;

import io.orchestrator.store.Obstacles;
import java.util.List;
import java.util.Locale;

/** Looks for what does not go on by itself. */
final class PostgresObstacles implements Obstacles {
    private final Database database;

    PostgresObstacles(Database database) {
        this.database = database;
    }

    @Override
    public List<SetAside> setAside(int max) {
        return database.snapshot(dsl -> Sql.fetch(
                dsl,
                """
                        SELECT * FROM (
                            SELECT 'run' AS kind, id, id AS run_id, set_aside AS reason FROM runs
                             WHERE set_aside IS NOT NULL AND finished_at IS NULL
                            UNION ALL
                            SELECT 'task', task_id, run_id, set_aside FROM live_tasks WHERE set_aside IS NOT NULL
                            UNION ALL
                            SELECT 'timer', id::text, coalesce(run_id, ''), error FROM timers
                             WHERE set_aside_at IS NOT NULL AND state = 'pending'
                            UNION ALL
                            SELECT 'schedule', name, '', error FROM schedules WHERE set_aside_at IS NOT NULL
                        ) o ORDER BY kind, id LIMIT ?
                        """,
                r -> new SetAside(
                        Kind.valueOf(r.getString("kind").toUpperCase(Locale.ROOT)),
                        r.getString("id"),
                        r.getString("run_id"),
                        r.getString("reason")),
                max));
    }

    @Override
    public List<UnknownTarget> unknownTargets(int max) {
        return database.snapshot(dsl -> Sql.fetch(
                dsl,
                """
                        SELECT t.type || ':' || t.target AS target, l.run_id, count(*) AS tasks,
                               coalesce(min(l.ready_since), clock_timestamp()) AS since
                          FROM live_tasks l JOIN tasks t ON t.id = l.task_id
                         WHERE l.state = 'queued' AND l.declined > 0
                         GROUP BY 1, 2 ORDER BY since, 1, 2 LIMIT ?
                        """,
                r -> new UnknownTarget(
                        r.getString("target"), r.getString("run_id"), r.getLong("tasks"), Sql.at(r, "since")),
                max));
    }
}
