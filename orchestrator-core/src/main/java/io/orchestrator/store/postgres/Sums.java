package io.orchestrator.store.postgres;

/**
 * Sums of usage in SQL, which stop where {@link io.orchestrator.agent.Usage#MOST_IN_ALL} says: no booking fails because a
 * column is full.
 */
final class Sums {
    /** Adds {@code b} to the run {@code r}. */
    static final String OF_RUN = """
            tokens = r.tokens + least(b.tokens, greatest(0, 10000000000000000 - r.tokens)),
            cost_usd = r.cost_usd + least(b.cost_usd, greatest(0, 1000000000000 - r.cost_usd)),
            tool_ms = r.tool_ms + least(b.tool_ms, greatest(0, 10000000000000000 - r.tool_ms))
            """;

    /** Adds {@code t} to the phase {@code p}. */
    static final String OF_PHASE = """
            tokens = p.tokens + least(t.tokens, greatest(0, 10000000000000000 - p.tokens)),
            cost_usd = p.cost_usd + least(t.cost_usd, greatest(0, 1000000000000 - p.cost_usd)),
            tool_ms = p.tool_ms + least(t.tool_ms, greatest(0, 10000000000000000 - p.tool_ms))
            """;

    /** Adds {@code m} to the budget {@code b}. */
    static final String OF_BUDGET = """
            tokens = b.tokens + least(m.tokens, greatest(0, 10000000000000000 - b.tokens)),
            cost_usd = b.cost_usd + least(m.cost_usd, greatest(0, 1000000000000 - b.cost_usd)),
            tool_ms = b.tool_ms + least(m.tool_ms, greatest(0, 10000000000000000 - b.tool_ms))
            """;

    private Sums() {}
}
