package io.orchestrator.store.postgres;

/**
 * Sums of usage in SQL, which stop where {@link io.orchestrator.agent.Usage#MOST_IN_ALL} says: no booking fails because a
 * column is full, and none of a run or phase because somebody has made it negative.
 */
final class Sums {
    /** Adds {@code b} to the run {@code r}. */
    static final String OF_RUN = """
            tokens = greatest(r.tokens, 0) + least(b.tokens, greatest(0, 10000000000000000 - greatest(r.tokens, 0))),
            cost_usd = greatest(r.cost_usd, 0) + least(b.cost_usd, greatest(0, 1000000000000 - greatest(r.cost_usd, 0))),
            tool_ms = greatest(r.tool_ms, 0) + least(b.tool_ms, greatest(0, 10000000000000000 - greatest(r.tool_ms, 0)))
            """;

    /** Adds {@code t} to the phase {@code p}. */
    static final String OF_PHASE = """
            tokens = greatest(p.tokens, 0) + least(t.tokens, greatest(0, 10000000000000000 - greatest(p.tokens, 0))),
            cost_usd = greatest(p.cost_usd, 0) + least(t.cost_usd, greatest(0, 1000000000000 - greatest(p.cost_usd, 0))),
            tool_ms = greatest(p.tool_ms, 0) + least(t.tool_ms, greatest(0, 10000000000000000 - greatest(p.tool_ms, 0)))
            """;

    /** Adds {@code m} to the budget {@code b}; one below nothing stays so, and nothing is spent from it. */
    static final String OF_BUDGET = """
            tokens = b.tokens + least(m.tokens, greatest(0, 10000000000000000 - b.tokens)),
            cost_usd = b.cost_usd + least(m.cost_usd, greatest(0, 1000000000000 - b.cost_usd)),
            tool_ms = b.tool_ms + least(m.tool_ms, greatest(0, 10000000000000000 - b.tool_ms))
            """;

    private Sums() {}
}
