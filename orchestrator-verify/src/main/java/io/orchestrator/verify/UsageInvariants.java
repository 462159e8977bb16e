package io.orchestrator.verify;

/** What was used, added up a second time. */
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
                                """))
                .without("budgets: the engine keeps no ledger of them yet");
    }

    /** Usage of a task is booked when it ends, so what live tasks have used so far is in no sum. */
    private static String differences(String stage, String key) {
        return """
                SELECT * FROM (
                       SELECT g.id AS %s, g.name, g.tokens, coalesce(s.tokens, 0) AS sum_tokens,
                              g.cost_usd, coalesce(s.cost_usd, 0) AS sum_cost_usd, g.tool_ms, coalesce(s.tool_ms, 0) AS sum_tool_ms
                         FROM %s g LEFT JOIN (
                              SELECT %s AS id, sum(tokens) AS tokens, sum(cost_usd) AS cost_usd, sum(tool_ms) AS tool_ms
                                FROM task WHERE outcome IS NOT NULL GROUP BY %s) s ON s.id = g.id) b
                 WHERE tokens <> sum_tokens OR cost_usd <> sum_cost_usd OR tool_ms <> sum_tool_ms
                """.formatted(stage, stage, key, key);
    }
}
