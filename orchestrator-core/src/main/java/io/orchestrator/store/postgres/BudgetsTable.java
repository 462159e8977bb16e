package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.plan.Budgets;
import io.orchestrator.plan.Plan;
import io.orchestrator.run.BudgetDecisions;
import io.orchestrator.store.Unreadable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jooq.DSLContext;

/** Statements on budgets. Their rows are locked after live tasks and before phases, by id. */
final class BudgetsTable {
    /** A budget right after a booking. */
    record Standing(String scopeId, Budgets limits, Usage used, boolean warned, boolean exhausted) {}

    /** A task's usage before this booking, and what it draws from. */
    record Drawing(String runId, String phaseId, boolean budgeted, Usage before) {}

    /** Sets the limits of a run and its phases; those that are there already are granted anew, on top of what was used. */
    void grant(DSLContext dsl, String runId, Map<String, Budgets> byScope) {
        List<Map.Entry<String, Budgets>> limited = byScope.entrySet().stream()
                .filter(scope -> BudgetDecisions.limitsAnything(scope.getValue()))
                .toList();
        if (limited.isEmpty()) {
            return;
        }
        List<Budgets> budgets = limited.stream().map(Map.Entry::getValue).toList();
        Sql.send(
                dsl,
                """
                        INSERT INTO budgets AS b (scope_id, run_id, tokens_limit, usd_limit, tool_ms_limit)
                        SELECT s.id, ?, s.tokens, s.usd, s.tool_ms
                          FROM unnest(?::text[], ?::bigint[], ?::numeric[], ?::bigint[]) AS s(id, tokens, usd, tool_ms)
                         ORDER BY s.id
                        ON CONFLICT (scope_id) DO UPDATE
                           SET tokens_limit = least(b.tokens, ?) + excluded.tokens_limit, usd_limit = b.cost_usd + excluded.usd_limit,
                               tool_ms_limit = least(b.tool_ms, ?) + excluded.tool_ms_limit, warned_at = NULL, exhausted_at = NULL
                        """,
                runId,
                limited.stream().map(Map.Entry::getKey).toArray(String[]::new),
                budgets.stream().map(b -> b.tokens().orElse(null)).toArray(Long[]::new),
                budgets.stream().map(b -> b.usd().orElse(null)).toArray(BigDecimal[]::new),
                budgets.stream()
                        .map(b -> BudgetDecisions.toolMs(b).orElse(null))
                        .toArray(Long[]::new),
                Usage.MOST_IN_ALL.tokens(),
                Usage.MOST_IN_ALL.toolMs());
    }

    /** Writes a task's new totals and returns the old; the fence is in the statement. */
    Optional<Drawing> draw(DSLContext dsl, String taskId, long epoch, Usage used) {
        return Sql.fetch(
                        dsl,
                        """
                        WITH held AS MATERIALIZED (
                            SELECT task_id, tokens, cost_usd, tool_ms FROM live_tasks
                             WHERE task_id = ? AND epoch = ? AND state = 'running' FOR UPDATE
                        )
                        UPDATE live_tasks l
                           SET tokens = greatest(h.tokens, ?::bigint), cost_usd = greatest(h.cost_usd, ?::numeric),
                               tool_ms = greatest(h.tool_ms, ?::bigint)
                          FROM held h WHERE l.task_id = ANY (ARRAY[h.task_id])
                        RETURNING l.run_id, l.phase_id, l.budgeted, h.tokens, h.cost_usd, h.tool_ms
                        """,
                        r -> new Drawing(
                                r.getString("run_id"),
                                r.getString("phase_id"),
                                r.getBoolean("budgeted"),
                                Usage.standing(r.getLong("tokens"), Sql.money(r, "cost_usd"), r.getLong("tool_ms"))),
                        taskId,
                        epoch,
                        used.tokens(),
                        used.costUsd(),
                        used.toolMs())
                .stream()
                .findFirst();
    }

    /** Books what was used more; one statement, so of two that pass a limit together one is the first. */
    List<Standing> book(DSLContext dsl, Drawing from, Usage more) {
        return Sql.fetch(
                dsl,
                """
                        WITH scope AS MATERIALIZED (
                            SELECT scope_id FROM budgets WHERE scope_id IN (?, ?) ORDER BY scope_id FOR UPDATE
                        )
                        UPDATE budgets b SET
                        """ + Sums.OF_BUDGET + """

                          FROM scope s, (VALUES (?::bigint, ?::numeric, ?::bigint)) AS m(tokens, cost_usd, tool_ms)
                         WHERE b.scope_id = s.scope_id
                        RETURNING b.*
                        """,
                BudgetsTable::standing,
                from.phaseId(),
                from.runId(),
                more.tokens(),
                more.costUsd(),
                more.toolMs());
    }

    /** A sum that is no number limits nothing any more: whoever wants to spend from it is refused. */
    private static Standing standing(ResultSet r) throws SQLException {
        String sum = r.getString("cost_usd");
        String limit = r.getString("usd_limit");
        if (!Sql.isNumber(sum) || (limit != null && !Sql.isNumber(limit))) {
            throw new Unreadable("the budget of " + r.getString("scope_id"), "it has spent " + sum + " of " + limit);
        }
        Optional<BigDecimal> minutes = Optional.ofNullable(r.getObject("tool_ms_limit", Long.class))
                .map(ms -> BigDecimal.valueOf(ms).divide(BigDecimal.valueOf(60_000), 20, RoundingMode.DOWN));
        return new Standing(
                r.getString("scope_id"),
                new Budgets(
                        Optional.ofNullable(r.getObject("tokens_limit", Long.class)),
                        minutes,
                        Optional.ofNullable(r.getBigDecimal("usd_limit"))),
                Sql.usage("the budget of " + r.getString("scope_id"), r),
                r.getObject("warned_at") != null,
                r.getObject("exhausted_at") != null);
    }

    void mark(DSLContext dsl, String scopeId, boolean exhausted) {
        Sql.send(dsl, """
                        UPDATE budgets SET warned_at = coalesce(warned_at, clock_timestamp()),
                               exhausted_at = CASE WHEN ? THEN clock_timestamp() ELSE exhausted_at END
                         WHERE scope_id = ?
                        """, exhausted, scopeId);
    }

    /**
     * The budgets of a run and of its phases, by their ids.
     *
     * @param phaseIds in the plan's order
     */
    static Map<String, Budgets> of(Plan plan, String runId, List<String> phaseIds) {
        Map<String, Budgets> byScope = new TreeMap<>();
        byScope.put(runId, plan.budgets());
        for (int i = 0; i < phaseIds.size(); i++) {
            byScope.put(phaseIds.get(i), plan.phases().get(i).budgets());
        }
        return byScope;
    }
}
