package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Fallback;
import io.orchestrator.plan.TaskSpec;
import io.orchestrator.store.Dispatch;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Statements on tasks: what a task is, and what became of it. */
final class TasksTable {
    /** Where new tasks belong, and what they share. */
    record Place(
            String runId,
            String phaseId,
            int round,
            int step,
            int lane,
            int released,
            Optional<Long> deadlineEpochMs,
            boolean budgeted) {}

    /** An output and what it goes by. */
    record Output(String phaseId, String name, int shard, int ordinal, Json value) {}

    /**
     * Inserts tasks with their live rows; the first {@code place.released()} of them are queued, the others pend and are not
     * due at any time, so that the dispatcher need not look at them. The
     * rows are distinct by construction: ids are new, keys are unique within the specs of a phase.
     */
    void insert(DSLContext dsl, Place place, List<String> ids, List<TaskSpec> specs, List<@Nullable Long> timeboxesMs) {
        Sql.send(
                dsl,
                """
                        WITH spec AS MATERIALIZED (
                            SELECT * FROM unnest(?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[], ?::boolean[],
                                                 ?::text[], ?::int[], ?::text[], ?::text[], ?::bigint[])
                                   WITH ORDINALITY
                                   AS s(id, key, ordinal, type, target, fallback, fallback_from_checkpoint,
                                        name, shard, input, budget, timebox_ms, place)
                        ), made AS (
                            INSERT INTO tasks (id, run_id, phase_id, round, key, step, ordinal, type, target, fallback,
                                               fallback_from_checkpoint, name, shard, input, budget)
                            SELECT s.id, ?, ?, ?, s.key, ?, s.ordinal, s.type, s.target, s.fallback, s.fallback_from_checkpoint,
                                   s.name, s.shard, s.input::jsonb, s.budget::jsonb
                              FROM spec s
                        )
                        INSERT INTO live_tasks (task_id, run_id, phase_id, ordinal, lane, state, released_at, dispatch_at, deadline,
                                                budgeted)
                        SELECT s.id, ?, ?, s.ordinal, ?,
                               CASE WHEN s.place <= ? THEN 'queued' ELSE 'pending' END,
                               CASE WHEN s.place <= ? THEN clock_timestamp() END,
                               CASE WHEN s.place <= ? THEN clock_timestamp() + ? * interval '1 ms' ELSE 'infinity' END,
                               least(to_timestamp(?::bigint / 1000.0),
                                     clock_timestamp() + s.timebox_ms * interval '1 ms'), ?
                          FROM spec s
                        """,
                ids.toArray(String[]::new),
                strings(specs, TaskSpec::key),
                ints(specs, TaskSpec::ordinal),
                strings(specs, s -> s.type().wire()),
                strings(specs, TaskSpec::target),
                strings(specs, s -> s.fallback().map(Fallback::target).orElse(null)),
                specs.stream()
                        .map(s -> s.fallback().map(Fallback::fromCheckpoint).orElse(false))
                        .toArray(Boolean[]::new),
                strings(specs, TaskSpec::name),
                ints(specs, TaskSpec::shard),
                strings(specs, s -> orNull(s.input())),
                strings(specs, s -> orNull(s.budget())),
                timeboxesMs.toArray(Long[]::new),
                place.runId(),
                place.phaseId(),
                place.round(),
                place.step(),
                place.runId(),
                place.phaseId(),
                place.lane(),
                place.released(),
                place.released(),
                place.released(),
                Dispatch.GRACE.toMillis(),
                place.deadlineEpochMs().orElse(null),
                place.budgeted());
    }

    /**
     * Writes what became of tasks; each only once, which the absence of an outcome guards on top of the fence. Returns
     * how many milliseconds the completed ones took, by phase.
     */
    Map<String, Long> finish(DSLContext dsl, List<EndedTask> ended) {
        record Written(String phaseId, boolean completed, long tookMs) {}
        List<Written> written = Sql.fetch(
                dsl,
                """
                        UPDATE tasks t
                           SET outcome = e.outcome, attempt = e.attempt, epoch = e.epoch, worker_id = e.worker_id,
                               output = e.output::jsonb, error = e.error, tokens = e.tokens, cost_usd = e.cost_usd,
                               tool_ms = e.tool_ms, started_at = e.started_at, finished_at = clock_timestamp()
                          FROM unnest(?::text[], ?::text[], ?::int[], ?::bigint[], ?::text[], ?::text[], ?::text[],
                                      ?::bigint[], ?::numeric[], ?::bigint[], ?::timestamptz[])
                               AS e(id, outcome, attempt, epoch, worker_id, output, error, tokens, cost_usd, tool_ms, started_at)
                         WHERE t.id = ANY (ARRAY[e.id]) AND t.outcome IS NULL
                        RETURNING t.phase_id, t.outcome,
                                  CASE WHEN isfinite(t.started_at) THEN (extract(epoch FROM t.finished_at - t.started_at) * 1000)::bigint END AS took_ms
                        """,
                row -> new Written(
                        row.getString("phase_id"),
                        "completed".equals(row.getString("outcome")),
                        row.getLong("took_ms")),
                Sql.column(ended, String[]::new, EndedTask::taskId),
                Sql.column(ended, String[]::new, e -> e.outcome().wire()),
                Sql.column(ended, Integer[]::new, e -> e.live().attempt()),
                Sql.column(ended, Long[]::new, EndedTask::finalEpoch),
                Sql.column(ended, String[]::new, e -> e.live().workerId()),
                Sql.column(ended, String[]::new, EndedTask::output),
                Sql.column(ended, String[]::new, EndedTask::error),
                Sql.column(ended, Long[]::new, e -> e.used().tokens()),
                Sql.column(ended, BigDecimal[]::new, e -> e.used().costUsd()),
                Sql.column(ended, Long[]::new, e -> e.used().toolMs()),
                Sql.column(
                        ended,
                        OffsetDateTime[]::new,
                        e -> e.startedAt() == null ? null : e.startedAt().atOffset(ZoneOffset.UTC)));
        if (written.size() != ended.size()) {
            throw new IllegalStateException("of " + ended.size() + " tasks that just ended, " + written.size()
                    + " had no outcome yet: a live row stood beside a final task");
        }
        Map<String, Long> busyMs = new HashMap<>();
        written.stream().filter(Written::completed).forEach(w -> busyMs.merge(w.phaseId(), w.tookMs(), Long::sum));
        return busyMs;
    }

    /**
     * Outputs of the completed tasks of the phases' present rounds, in the tasks' order; those of children are for their
     * parents alone.
     */
    List<Output> outputs(DSLContext dsl, List<String> phaseIds) {
        return Sql.fetch(
                dsl,
                """
                        SELECT t.id, t.phase_id, t.name, t.shard, t.ordinal, t.output::text AS output
                          FROM phases p JOIN tasks t ON t.phase_id = ANY (ARRAY[p.id]) AND t.round = p.round
                         WHERE p.id = ANY (?::text[]) AND t.outcome = 'completed' AND t.parent_id IS NULL
                         ORDER BY t.phase_id, t.ordinal
                        """,
                row -> new Output(
                        row.getString("phase_id"),
                        row.getString("name"),
                        row.getInt("shard"),
                        row.getInt("ordinal"),
                        Jsonb.read("the output of task " + row.getString("id"), row.getString("output"))),
                (Object) phaseIds.toArray(String[]::new));
    }

    /** Which of these were ended under exactly this epoch: a report that was applied although its commit seemed lost. */
    List<String> endedUnder(DSLContext dsl, String[] taskIds, Long[] epochs) {
        return Sql.fetch(dsl, """
                        SELECT t.id FROM tasks t JOIN unnest(?::text[], ?::bigint[]) AS r(id, epoch) ON t.id = ANY (ARRAY[r.id])
                         WHERE t.epoch = r.epoch AND t.outcome IN ('completed', 'failed')
                        """, r -> r.getString("id"), taskIds, epochs);
    }

    private static @Nullable String orNull(Json value) {
        return value.size() == 0 ? null : Jsonb.text(value);
    }

    private static String[] strings(List<TaskSpec> specs, Function<TaskSpec, @Nullable String> field) {
        return specs.stream().map(field).toArray(String[]::new);
    }

    private static Integer[] ints(List<TaskSpec> specs, Function<TaskSpec, Integer> field) {
        return specs.stream().map(field).toArray(Integer[]::new);
    }
}
