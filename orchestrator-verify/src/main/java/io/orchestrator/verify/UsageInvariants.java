package io.orchestrator.verify;

import java.util.Set;

/** What was used, added up a second time; sums stop at 1e16 tokens and milliseconds and 1e12 dollars, as they are documented. */
final class UsageInvariants {
    private UsageInvariants() {}

    static Invariant sums() {
        return new Invariant(
                        "I7",
                        "What runs and phases have used is the sum of what their ended tasks used",
                        new Rule.Query(
                                "run-usage",
                                "usage was booked twice for the run, or not at all",
                                differences("run", "run_id")),
                        new Rule.Query(
                                "phase-usage",
                                "usage was booked twice for the phase, or not at all",
                                differences("phase", "phase_id")),
                        new Rule.Query(
                                "phase-time",
                                "the phase's busy time is not that of its completed tasks, so its average is wrong",
                                """
                                SELECT p.run_id AS run, p.id AS phase, p.name, p.busy_ms, coalesce(s.busy_ms, 0) AS sum_busy_ms
                                  FROM phase p LEFT JOIN (
                                       SELECT t.phase_id,
                                              sum((extract(epoch FROM t.finished_at - t.started_at) * 1000)::bigint) AS busy_ms
                                         FROM task t JOIN phase q ON q.id = t.phase_id AND q.round = t.round
                                        WHERE t.outcome = 'completed' GROUP BY t.phase_id) s ON s.phase_id = p.id
                                 WHERE p.busy_ms <> coalesce(s.busy_ms, 0)
                                """),
                        carriedByCheckpoints(),
                        toldIsBooked(),
                        bookedIsTold(),
                        ledger(),
                        exhaustedInTime(),
                        stopsAtTheLimit())
                .without("that a budget was not passed by more than one report of each attempt that ran: single reports"
                        + " are not kept");
    }

    /** Whoever goes on from a checkpoint goes on from its bill as well. */
    private static Rule carriedByCheckpoints() {
        return new Rule.Query(
                "checkpoint-usage",
                "the task has used less than one of its checkpoints says: usage that was durable was forgotten",
                """
                SELECT t.run_id AS run, t.id AS task, k.tokens AS checkpoint_tokens, greatest(l.tokens, t.tokens) AS tokens,
                       k.cost_usd AS checkpoint_cost_usd, greatest(l.cost_usd, t.cost_usd) AS cost_usd,
                       k.tool_ms AS checkpoint_tool_ms, greatest(l.tool_ms, t.tool_ms) AS tool_ms
                  FROM task t LEFT JOIN live l ON l.task_id = t.id
                  JOIN (SELECT task_id, max(tokens) AS tokens, max(cost_usd) AS cost_usd, max(tool_ms) AS tool_ms
                          FROM checkpoints GROUP BY task_id) k ON k.task_id = t.id
                 WHERE (l.task_id IS NOT NULL OR t.outcome IS NOT NULL)
                   AND (k.tokens > greatest(l.tokens, t.tokens) OR k.cost_usd > greatest(l.cost_usd, t.cost_usd)
                        OR k.tool_ms > greatest(l.tool_ms, t.tool_ms))
                """);
    }

    /**
     * What was told before a checkpoint whose saving returned, and, of a task that completed, what was told for each of its
     * steps at least once: a step is done once its checkpoint is saved. The present holder's lines may be newer than the
     * snapshot.
     */
    private static Rule toldIsBooked() {
        return new Rule.Query(
                "usage-told-is-booked",
                "the task has used less than its agent told before its checkpoints: usage was forgotten",
                Set.of(Need.JOURNAL),
                """
                WITH told AS (
                       SELECT j.kind, j.task, j.step, j.tokens, greatest(l.tokens, t.tokens) AS booked, t.outcome, t.run_id,
                              (l.task_id IS NULL OR l.epoch > j.epoch)
                              AND j.line < max(j.line) FILTER (WHERE j.kind = 'checkpoint') OVER (PARTITION BY j.task, j.epoch)
                                  AS saved
                         FROM journal j JOIN task t ON t.id = j.task LEFT JOIN live l ON l.task_id = t.id
                        WHERE j.kind IN ('usage', 'checkpoint') AND (l.task_id IS NOT NULL OR t.outcome IS NOT NULL)),
                     steps AS (
                       SELECT run_id, task, booked,
                              coalesce(sum(tokens) FILTER (WHERE saved),
                                       CASE WHEN outcome = 'completed' AND step IS NOT NULL THEN min(tokens) END, 0) AS tokens
                         FROM told WHERE kind = 'usage' GROUP BY run_id, task, step, booked, outcome)
                SELECT run_id AS run, task, booked, sum(tokens) AS told_at_least
                  FROM steps GROUP BY run_id, task, booked HAVING booked < sum(tokens)
                """);
    }

    /** Lines are written before the usage is reported, so nothing is booked that no line tells of. */
    private static Rule bookedIsTold() {
        return new Rule.Query(
                "usage-booked-is-told",
                "the task has used more than its agent ever told: a report was booked twice",
                Set.of(Need.JOURNAL),
                """
                SELECT t.run_id AS run, t.id AS task, t.tokens AS booked, j.told
                  FROM task t
                  JOIN (SELECT task, sum(tokens) AS told FROM journal WHERE kind = 'usage' GROUP BY task) j ON j.task = t.id
                 WHERE t.outcome IS NOT NULL AND t.tokens > j.told
                """);
    }

    /** The ledger is booked while tasks run, so it knows of live ones too. */
    private static Rule ledger() {
        return new Rule.Query(
                "budget-ledger",
                "the ledger is not the sum of what tasks have used: a report was booked twice, or not at all",
                """
                SELECT b.run_id AS run, b.scope_id AS scope, b.tokens, coalesce(s.tokens, 0) AS sum_tokens,
                       b.cost_usd, coalesce(s.cost_usd, 0) AS sum_cost_usd, b.tool_ms, coalesce(s.tool_ms, 0) AS sum_tool_ms
                  FROM budgets b JOIN run r ON r.id = b.run_id
                  LEFT JOIN LATERAL (
                       SELECT least(sum(coalesce(l.tokens, t.tokens)), 1e16) AS tokens,
                              least(sum(coalesce(l.cost_usd, t.cost_usd)), 1e12) AS cost_usd,
                              least(sum(coalesce(l.tool_ms, t.tool_ms)), 1e16) AS tool_ms
                         FROM task t LEFT JOIN live l ON l.task_id = t.id
                        WHERE t.run_id = b.run_id AND b.scope_id IN (t.run_id, t.phase_id)) s ON true
                 WHERE (b.tokens, b.cost_usd, b.tool_ms)
                       IS DISTINCT FROM (coalesce(s.tokens, 0), coalesce(s.cost_usd, 0), coalesce(s.tool_ms, 0))
                """);
    }

    private static Rule exhaustedInTime() {
        return new Rule.Query(
                "budget-exhausted-in-time",
                "more than the limit was used and nobody was told, or the budget counts as exhausted and is not",
                """
                SELECT b.run_id AS run, b.scope_id AS scope, b.tokens, b.tokens_limit, b.cost_usd, b.usd_limit,
                       b.tool_ms, b.tool_ms_limit, b.exhausted_at
                  FROM budgets b JOIN run r ON r.id = b.run_id
                 WHERE (b.exhausted_at IS NOT NULL)
                       <> (coalesce(b.tokens > b.tokens_limit, false) OR coalesce(b.cost_usd > b.usd_limit, false)
                           OR coalesce(b.tool_ms > b.tool_ms_limit, false))
                """);
    }

    private static Rule stopsAtTheLimit() {
        return new Rule.Query(
                "budget-stops-its-stage",
                "the budget is exhausted, and its phase or run neither ends nor has failed",
                """
                SELECT b.run_id AS run, b.scope_id AS scope, b.exhausted_at, s.state, s.ending
                  FROM budgets b
                  JOIN (SELECT id, state, ending FROM run UNION ALL SELECT id, state, ending FROM phase) s ON s.id = b.scope_id
                 WHERE b.exhausted_at IS NOT NULL AND s.ending IS NULL AND s.state IN ('pending', 'running', 'completed')
                """);
    }

    /** Usage of a task is booked when it ends, so what live tasks have used so far is in no sum. */
    private static String differences(String stage, String key) {
        return """
                SELECT * FROM (
                       SELECT g.id AS %s, g.name, g.tokens, coalesce(s.tokens, 0) AS sum_tokens,
                              g.cost_usd, coalesce(s.cost_usd, 0) AS sum_cost_usd, g.tool_ms, coalesce(s.tool_ms, 0) AS sum_tool_ms
                         FROM %s g LEFT JOIN (
                              SELECT %s AS id, least(sum(tokens), 1e16) AS tokens, least(sum(cost_usd), 1e12) AS cost_usd,
                                     least(sum(tool_ms), 1e16) AS tool_ms
                                FROM task WHERE outcome IS NOT NULL GROUP BY %s) s ON s.id = g.id) b
                 WHERE tokens <> sum_tokens OR cost_usd <> sum_cost_usd OR tool_ms <> sum_tool_ms
                """.formatted(stage, stage, key, key);
    }
}
