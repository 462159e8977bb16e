package io.orchestrator.store.postgres;

import io.orchestrator.run.Situation;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Situations;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Reads situations from the tables and from the operators' views, so that both tell the same. */
final class PostgresSituations implements Situations {
    private static final String TASKS = """
            WITH of_run AS (
                SELECT l.task_id AS id FROM live_tasks l WHERE l.run_id = ?
                UNION SELECT t.id FROM tasks t WHERE t.id = ? AND t.run_id = ?
            ), failures AS (
                SELECT DISTINCT ON (e.task_id) e.task_id, e.data ->> 'error' AS error
                  FROM events e JOIN live_tasks l ON l.task_id = e.task_id AND l.state = 'retrying'
                 WHERE e.run_id = ? AND e.kind = 'task.retrying'
                 ORDER BY e.task_id, e.seq DESC
            )
            SELECT o.id, coalesce(t.phase_id, l.phase_id) AS phase_id, coalesce(t.name, o.id) AS name, coalesce(t.shard, -1) AS shard,
                   coalesce(t.type || ':' || t.target, '') AS target, coalesce(t.outcome, l.state, 'dead') AS state,
                   (ARRAY['critical', 'high', 'normal', 'low'])[l.lane + 1] AS lane, coalesce(t.attempt, l.attempt) AS attempt,
                   coalesce(l.probe, false) AS probe, coalesce(l.open_children, 0) AS open_children,
                   coalesce(t.worker_id, l.worker_id) AS worker_id, coalesce(t.started_at, l.claimed_at) AS claimed_at,
                   q.idle_since, r.fire_at AS retry_at, coalesce(t.error, f.error) AS error, t.finished_at, l.set_aside,
                   coalesce(l.declined, 0) > 0 AS declined,
                   CASE WHEN t.outcome IS NOT NULL THEN NULL
                        WHEN l.task_id IS NULL THEN 'its row in live_tasks is gone'
                        WHEN t.id IS NULL THEN 'its row in tasks is gone'
                        WHEN p.id IS NULL THEN 'its phase is gone'
                        WHEN l.lane NOT BETWEEN 0 AND 3 THEN 'there is no lane ' || l.lane
                        WHEN l.deadline < clock_timestamp() - interval '5 s'
                             AND NOT EXISTS (SELECT FROM gates g WHERE g.kind = 'run' AND g.name = l.run_id)
                             THEN 'its deadline has passed, and nothing has ended it'
                        WHEN l.state = 'running' AND NOT EXISTS (SELECT FROM leases h WHERE h.worker_id = l.worker_id)
                             THEN 'it runs on ' || l.worker_id || ', which has no lease'
                        WHEN l.state = 'retrying' AND r.id IS NULL THEN 'it waits for a retry that has no timer'
                        WHEN l.state = 'waiting'
                             AND NOT EXISTS (SELECT FROM live_tasks c
                                              WHERE c.task_id > l.task_id || '.' AND c.task_id < l.task_id || '/')
                             THEN 'it waits for tasks that are gone'
                        WHEN l.state = 'pending' AND p.parallelism > (
                                 SELECT count(*) FROM live_tasks o WHERE o.phase_id = p.id AND o.released_at IS NOT NULL
                                    AND strpos(o.task_id, '.') = 0)
                             THEN 'it waits for a place, and its phase has free ones' END AS amiss
              FROM of_run o
              LEFT JOIN tasks t ON t.id = o.id
              LEFT JOIN live_tasks l ON l.task_id = o.id
              LEFT JOIN phases p ON p.id = coalesce(t.phase_id, l.phase_id)
              LEFT JOIN queued_tasks q ON q.task_id = o.id
              LEFT JOIN timers r ON r.task_id = o.id AND r.kind = 'retry' AND r.state = 'pending'
              LEFT JOIN failures f ON f.task_id = o.id
             ORDER BY p.ordinal, t.round, t.ordinal, o.id
            """;

    private final Database database;
    private final Contradictions contradictions = new Contradictions();

    PostgresSituations(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Situation> ofRun(String runId) {
        return database.snapshot(dsl -> situation(dsl, runId, ""));
    }

    @Override
    public Optional<Situation> ofTask(String taskId) {
        return database.snapshot(dsl ->
                Sql.fetch(dsl, "SELECT run_id FROM tasks WHERE id = ?", r -> r.getString("run_id"), taskId).stream()
                        .findFirst()
                        .flatMap(runId -> situation(dsl, runId, taskId)));
    }

    private Optional<Situation> situation(DSLContext dsl, String runId, String taskId) {
        Optional<String> contradiction = contradictions.of(dsl, runId).map(Contradictions.Contradiction::what);
        return run(dsl, runId)
                .map(run -> contradiction.map(run::amiss).orElse(run))
                .map(run -> new Situation(
                        run,
                        phases(dsl, runId),
                        Sql.fetch(dsl, TASKS, PostgresSituations::task, runId, taskId, runId, runId),
                        gates(dsl),
                        fleet(dsl)));
    }

    private static Optional<Situation.Run> run(DSLContext dsl, String runId) {
        return Sql.fetch(
                        dsl,
                        """
                        SELECT r.id, r.state, r.ending, r.reason, r.created_at, r.start_at, r.finished_at, r.deadline, r.set_aside,
                               CASE WHEN r.finished_at IS NOT NULL OR r.ending IS NOT NULL
                                         OR EXISTS (SELECT FROM gates g WHERE g.kind = 'run' AND g.name = r.id) THEN NULL
                                    WHEN r.state = 'pending' AND NOT EXISTS (SELECT FROM timers t WHERE t.run_id = r.id
                                         AND t.kind = 'run_start' AND t.state = 'pending') THEN 'its start has no timer'
                                    WHEN r.deadline < clock_timestamp() - interval '5 s'
                                         THEN 'its deadline has passed, and nothing has ended it' END AS amiss
                          FROM runs r WHERE r.id = ?
                        """,
                        r -> new Situation.Run(
                                r.getString("id"),
                                StageState.of(r.getString("state")),
                                state(r.getString("ending")),
                                Optional.ofNullable(r.getString("reason")),
                                Sql.at(r, "created_at"),
                                instant(r, "start_at"),
                                instant(r, "finished_at"),
                                instant(r, "deadline"),
                                Optional.ofNullable(r.getString("set_aside")),
                                Optional.ofNullable(r.getString("amiss"))),
                        runId)
                .stream()
                .findFirst();
    }

    /** Needs are read from the plan's text, for a plan that is not understood any more is looked at all the same. */
    private static List<Situation.Phase> phases(DSLContext dsl, String runId) {
        return Sql.fetch(
                dsl,
                """
                        WITH planned AS (
                            SELECT f.phase ->> 'phase' AS name, f.phase -> 'needs' AS needs,
                                   lag(f.phase ->> 'phase') OVER (ORDER BY f.n) AS before
                              FROM runs r, jsonb_array_elements(r.plan -> 'phases') WITH ORDINALITY AS f(phase, n)
                             WHERE r.id = ?
                        )
                        SELECT p.id, p.name, p.state, p.ending, p.reason, p.parallelism, p.deadline, h.held_at,
                               t.created_at AS delayed_since, t.fire_at AS delayed_until,
                               CASE WHEN EXISTS (SELECT FROM planned x WHERE x.needs IS NOT NULL)
                                    THEN ARRAY(SELECT jsonb_array_elements_text(n.needs))
                                    ELSE array_remove(ARRAY[n.before], NULL) END AS needs
                          FROM phases p
                          LEFT JOIN planned n ON n.name = p.name
                          LEFT JOIN held_phases h ON h.phase_id = p.id
                          LEFT JOIN timers t ON t.phase_id = p.id AND t.kind = 'phase_start' AND t.state = 'pending'
                         WHERE p.run_id = ? ORDER BY p.ordinal
                        """,
                r -> new Situation.Phase(
                        r.getString("id"),
                        r.getString("name"),
                        StageState.of(r.getString("state")),
                        state(r.getString("ending")),
                        Optional.ofNullable(r.getString("reason")),
                        texts(r.getArray("needs")),
                        instant(r, "delayed_since"),
                        instant(r, "delayed_until"),
                        r.getInt("parallelism"),
                        instant(r, "held_at"),
                        instant(r, "deadline")),
                runId,
                runId);
    }

    private static Situation.Task task(ResultSet r) throws SQLException {
        int shard = r.getInt("shard");
        return new Situation.Task(
                r.getString("id"),
                r.getString("phase_id"),
                shard < 0 ? r.getString("name") : r.getString("name") + "[" + shard + "]",
                TaskState.of(r.getString("state")),
                r.getString("target"),
                Optional.ofNullable(r.getString("lane")).orElse(""),
                r.getInt("attempt"),
                r.getBoolean("probe"),
                r.getInt("open_children"),
                Optional.ofNullable(r.getString("worker_id")),
                instant(r, "claimed_at"),
                instant(r, "idle_since"),
                instant(r, "retry_at"),
                Optional.ofNullable(r.getString("error")),
                instant(r, "finished_at"),
                Optional.ofNullable(r.getString("set_aside")),
                r.getBoolean("declined"),
                Optional.ofNullable(r.getString("amiss")));
    }

    private static List<Situation.Gate> gates(DSLContext dsl) {
        return Sql.fetch(
                dsl,
                """
                        SELECT g.kind, g.name, g.reason, g.closed_at, g.reopens_at, b.retry_at
                          FROM closed_gates g LEFT JOIN breakers b ON g.kind = 'target' AND b.target = g.name
                         ORDER BY g.closed_at
                        """,
                r -> new Situation.Gate(
                        r.getString("kind"),
                        r.getString("name"),
                        r.getString("reason"),
                        Sql.at(r, "closed_at"),
                        instant(r, "reopens_at"),
                        instant(r, "retry_at")));
    }

    private static Situation.Fleet fleet(DSLContext dsl) {
        return Sql.fetch(dsl, """
                        SELECT count(*)::int AS workers,
                               least(coalesce(sum(greatest(slots, 0)), 0), 1000000000)::int AS slots,
                               least(coalesce(sum(tasks_held), 0), 1000000000)::int AS busy
                          FROM worker_leases WHERE lease_until > clock_timestamp()
                        """, r -> new Situation.Fleet(r.getInt("workers"), r.getInt("slots"), r.getInt("busy")))
                .getFirst();
    }

    private static Optional<StageState> state(@Nullable String wire) {
        return Optional.ofNullable(wire).map(StageState::of);
    }

    private static Optional<Instant> instant(ResultSet r, String column) throws SQLException {
        return Optional.ofNullable(Sql.instant(r, column));
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
