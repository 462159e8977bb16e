package io.orchestrator.store.postgres;

import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Runs whose rows contradict each other: rows that somebody has deleted, or counters that somebody has changed. Whatever the
 * engine changes together it commits together, so one statement sees all of it or nothing, and what does not fit together was
 * not written by the engine. What is set aside is left alone, as everywhere.
 */
final class Contradictions {
    /** What is wrong with a run, in words; one for each. It reads all that is live, so it is not for every second. */
    record Contradiction(String runId, String what) {}

    private static final String SELECT = """
            WITH wrong AS (
                SELECT l.run_id, 'task ' || l.task_id || ' is live and ' || CASE
                            WHEN r.id IS NULL THEN 'its run is gone'
                            WHEN r.finished_at IS NOT NULL THEN 'its run has ended'
                            WHEN p.id IS NULL THEN 'its phase is gone'
                            WHEN p.finished_at IS NOT NULL THEN 'its phase has ended'
                            WHEN t.id IS NULL THEN 'its row in tasks is gone'
                            ELSE 'has ended' END AS what
                  FROM live_tasks l
                  LEFT JOIN runs r ON r.id = l.run_id
                  LEFT JOIN phases p ON p.id = l.phase_id AND p.run_id = l.run_id
                  LEFT JOIN LATERAL (SELECT x.id, x.outcome FROM tasks x WHERE x.id = l.task_id LIMIT 1) t ON true
                 WHERE (?::text IS NULL OR l.run_id = ?) AND r.set_aside IS NULL
                   AND (r.id IS NULL OR r.finished_at IS NOT NULL OR p.id IS NULL OR p.finished_at IS NOT NULL
                        OR t.id IS NULL OR t.outcome IS NOT NULL)
                UNION ALL
                SELECT p.run_id, 'phase ' || p.name || ' counts ' || p.open || ' open tasks, and ' || coalesce(l.live, 0)
                                 || ' are live'
                  FROM runs r
                  JOIN phases p ON p.run_id = r.id
                  LEFT JOIN (SELECT phase_id, count(*) AS live FROM live_tasks GROUP BY phase_id) l ON l.phase_id = p.id
                 WHERE (?::text IS NULL OR r.id = ?)
                   AND r.finished_at IS NULL AND r.set_aside IS NULL AND p.finished_at IS NULL AND p.open <> coalesce(l.live, 0)
            )
            SELECT run_id, min(what) AS what FROM wrong GROUP BY run_id ORDER BY run_id LIMIT ?
            """;

    List<Contradiction> all(DSLContext dsl, int max) {
        return select(dsl, null, max);
    }

    Optional<Contradiction> of(DSLContext dsl, String runId) {
        return select(dsl, runId, 1).stream().findFirst();
    }

    private static List<Contradiction> select(DSLContext dsl, @Nullable String runId, int max) {
        return Sql.fetch(
                dsl,
                SELECT,
                r -> new Contradiction(r.getString("run_id"), r.getString("what")),
                runId,
                runId,
                runId,
                runId,
                max);
    }
}
