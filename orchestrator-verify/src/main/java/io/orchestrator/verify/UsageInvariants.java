package io.orchestrator.verify;

final class UsageInvariants {
    private UsageInvariants() {}

    static Invariant sums() {
        return new Invariant(
                        "I7",
                        "What runs and phases have used is the sum of what their ended tasks used",
                        new Rule.Query("run-usage", "usage was booked twice for the run, or not at all", """
                                SELECT r.id AS run, r.tokens, s.tokens AS sum_tokens, r.cost_usd, s.cost_usd AS sum_cost_usd,
                                       r.tool_ms, s.tool_ms AS sum_tool_ms
                                  FROM run r LEFT JOIN LATERAL (
                                       SELECT coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost_usd), 0) AS cost_usd,
                                              coalesce(sum(tool_ms), 0) AS tool_ms
                                         FROM task t WHERE t.run_id = r.id AND t.outcome IS NOT NULL) s ON true
                                 WHERE (r.tokens, r.cost_usd, r.tool_ms) IS DISTINCT FROM (s.tokens, s.cost_usd, s.tool_ms)
                                """),
                        new Rule.Query("phase-usage", "usage was booked twice for the phase, or not at all", """
                                SELECT p.run_id AS run, p.id AS phase, p.name, p.tokens, s.tokens AS sum_tokens,
                                       p.cost_usd, s.cost_usd AS sum_cost_usd, p.tool_ms, s.tool_ms AS sum_tool_ms
                                  FROM phase p LEFT JOIN LATERAL (
                                       SELECT coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost_usd), 0) AS cost_usd,
                                              coalesce(sum(tool_ms), 0) AS tool_ms
                                         FROM task t WHERE t.phase_id = p.id AND t.outcome IS NOT NULL) s ON true
                                 WHERE (p.tokens, p.cost_usd, p.tool_ms) IS DISTINCT FROM (s.tokens, s.cost_usd, s.tool_ms)
                                """),
                        new Rule.Query(
                                "phase-time",
                                "the phase's busy time is not that of its completed tasks, so its average is wrong",
                                """
                                SELECT p.run_id AS run, p.id AS phase, p.name, p.busy_ms, s.busy_ms AS sum_busy_ms
                                  FROM phase p LEFT JOIN LATERAL (
                                       SELECT coalesce(sum((extract(epoch FROM finished_at - started_at) * 1000)::bigint), 0)
                                                  AS busy_ms
                                         FROM task t WHERE t.phase_id = p.id AND t.outcome = 'completed') s ON true
                                 WHERE p.busy_ms <> s.busy_ms
                                """))
                .without("budgets: the engine keeps no ledger of them yet");
    }
}
