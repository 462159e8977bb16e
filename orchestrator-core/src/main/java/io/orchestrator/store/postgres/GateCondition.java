package io.orchestrator.store.postgres;

/**
 * What stands behind which gate, in SQL: the one place that knows. While there is no gate it costs a look at an empty
 * table; what a task's target is, is asked only where a target's gate is closed.
 */
final class GateCondition {
    /** A row {@code g} of gates is closed now. */
    static final String CLOSED = " (g.reopens_at IS NULL OR g.reopens_at > clock_timestamp()) ";

    /** A row {@code g} of gates stands before a row {@code l} of live_tasks. */
    static final String STANDS_BEFORE = """
             g.name = CASE g.kind
                      WHEN 'run' THEN l.run_id
                      WHEN 'lane' THEN (ARRAY['critical', 'high', 'normal', 'low'])[l.lane + 1]
                      ELSE (SELECT t.type || ':' || t.target FROM tasks t WHERE t.id = l.task_id) END
            """;

    /**
     * No closed gate stands before a row {@code l} of live_tasks; a probe passes its target's. Whether there is a gate at all
     * is asked once for the statement, and only where there is one row by row.
     */
    static final String NOT_HELD = " (NOT EXISTS (SELECT FROM gates) OR NOT EXISTS (SELECT FROM gates g WHERE " + CLOSED
            + " AND " + STANDS_BEFORE + " AND NOT (l.probe AND g.kind = 'target'))) ";

    private GateCondition() {}
}
