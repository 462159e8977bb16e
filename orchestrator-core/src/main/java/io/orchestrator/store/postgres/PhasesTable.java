package io.orchestrator.store.postgres;

import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.run.PhaseSnapshot;
import io.orchestrator.run.StageState;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Statements on phases. */
final class PhasesTable {
    /** What the tasks that just ended add to a phase's counters. */
    record Tally(
            String phaseId,
            int ended,
            int completed,
            int failed,
            long tokens,
            BigDecimal costUsd,
            long toolMs,
            long busyMs,
            @Nullable String failure) {}

    /** A phase after tasks of it ended. */
    record Standing(String phaseId, String runId, int open, boolean ending) {}

    /** A phase as the sweep needs it. */
    record Ending(String id, String runId, Optional<StageState> ending, String reason) {}

    void insert(DSLContext dsl, String runId, Plan plan, List<String> ids, List<Integer> steps) {
        List<PhasePlan> phases = plan.phases();
        dsl.query(
                        """
                        INSERT INTO phases (id, run_id, name, ordinal, state, steps, parallelism)
                        SELECT p.id, ?, p.name, p.ordinal, 'pending', p.steps, p.parallelism
                          FROM unnest(?::text[], ?::text[], ?::int[], ?::int[])
                               WITH ORDINALITY AS p(id, name, steps, parallelism, ordinal)
                        """,
                        runId,
                        ids.toArray(String[]::new),
                        phases.stream().map(PhasePlan::phase).toArray(String[]::new),
                        steps.toArray(Integer[]::new),
                        phases.stream().map(p -> p.parallelism().limit()).toArray(Integer[]::new))
                .execute();
    }

    /** The phases of a run, in the plan's order, with what they need according to the plan. */
    List<PhaseSnapshot> snapshot(DSLContext dsl, String runId, Plan plan) {
        return dsl.fetch(
                        "SELECT id, name, state, step, steps, open, ending FROM phases WHERE run_id = ? ORDER BY ordinal",
                        runId)
                .map(r -> new PhaseSnapshot(
                        r.get("id", String.class),
                        r.get("name", String.class),
                        StageState.of(r.get("state", String.class)),
                        r.get("step", Integer.class),
                        r.get("steps", Integer.class),
                        r.get("open", Integer.class),
                        Optional.ofNullable(r.get("ending", String.class)).map(StageState::of),
                        plan.phase(r.get("name", String.class)).needs()));
    }

    /** Books ended tasks; locks the phases in the order of their ids. A failure decides that the phase fails. */
    List<Standing> book(DSLContext dsl, List<Tally> tallies) {
        return dsl.fetch(
                        """
                        WITH locked AS MATERIALIZED (
                            SELECT id FROM phases WHERE id = ANY (?::text[]) ORDER BY id FOR UPDATE
                        )
                        UPDATE phases p
                           SET open = p.open - t.ended, completed = p.completed + t.completed, failed = p.failed + t.failed,
                               tokens = p.tokens + t.tokens, cost_usd = p.cost_usd + t.cost_usd, tool_ms = p.tool_ms + t.tool_ms,
                               busy_ms = p.busy_ms + t.busy_ms,
                               ending = CASE WHEN t.failure IS NULL THEN p.ending ELSE coalesce(p.ending, 'failed') END,
                               reason = CASE WHEN p.ending IS NULL THEN coalesce(t.failure, p.reason) ELSE p.reason END
                          FROM locked, unnest(?::text[], ?::int[], ?::int[], ?::int[], ?::bigint[], ?::numeric[], ?::bigint[], ?::bigint[], ?::text[])
                               AS t(id, ended, completed, failed, tokens, cost_usd, tool_ms, busy_ms, failure)
                         WHERE p.id = locked.id AND p.id = t.id
                        RETURNING p.id, p.run_id, p.open, p.ending
                        """,
                        tallies.stream().map(Tally::phaseId).toArray(String[]::new),
                        tallies.stream().map(Tally::phaseId).toArray(String[]::new),
                        tallies.stream().map(Tally::ended).toArray(Integer[]::new),
                        tallies.stream().map(Tally::completed).toArray(Integer[]::new),
                        tallies.stream().map(Tally::failed).toArray(Integer[]::new),
                        tallies.stream().map(Tally::tokens).toArray(Long[]::new),
                        tallies.stream().map(Tally::costUsd).toArray(BigDecimal[]::new),
                        tallies.stream().map(Tally::toolMs).toArray(Long[]::new),
                        tallies.stream().map(Tally::busyMs).toArray(Long[]::new),
                        tallies.stream().map(Tally::failure).toArray(String[]::new))
                .map(r -> new Standing(
                        r.get("id", String.class),
                        r.get("run_id", String.class),
                        r.get("open", Integer.class),
                        r.get("ending", String.class) != null));
    }

    /** Starts a phase; returns its deadline in milliseconds since the epoch, where it or its run has a timebox. */
    Optional<Long> start(DSLContext dsl, String id, Optional<Long> timeboxMs) {
        return dsl.fetchOptional("""
                        UPDATE phases p
                           SET state = 'running', started_at = clock_timestamp(),
                               deadline = least(r.deadline, clock_timestamp() + ?::bigint * interval '1 ms')
                          FROM runs r WHERE p.id = ? AND r.id = p.run_id
                        RETURNING (extract(epoch FROM p.deadline) * 1000)::bigint AS deadline_ms
                        """, timeboxMs.orElse(null), id).map(r -> r.get("deadline_ms", Long.class));
    }

    /** Opens a step with this many tasks; returns the phase's deadline and how many tasks it had before. */
    Record openStep(DSLContext dsl, String id, int step) {
        return dsl.fetchSingle("""
                UPDATE phases SET step = ? WHERE id = ?
                RETURNING total, parallelism, (extract(epoch FROM deadline) * 1000)::bigint AS deadline_ms
                """, step, id);
    }

    void addTasks(DSLContext dsl, String id, int count) {
        dsl.query("UPDATE phases SET total = total + ?, open = open + ? WHERE id = ?", count, count, id)
                .execute();
    }

    void finish(DSLContext dsl, String id, StageState state, @Nullable String reason) {
        dsl.query("""
                        UPDATE phases SET state = ?, finished_at = clock_timestamp(), reason = coalesce(reason, ?) WHERE id = ?
                        """, state.wire(), reason, id).execute();
    }

    Optional<String> reason(DSLContext dsl, String id) {
        return Optional.ofNullable(
                dsl.fetchSingle("SELECT reason FROM phases WHERE id = ?", id).get("reason", String.class));
    }

    /** Decides how running phases end. A person's cancel and a timebox overrule a failure that is still draining. */
    int decide(DSLContext dsl, Map<String, StageState> endings, String reason) {
        int decided = 0;
        for (var entry : new java.util.TreeMap<>(endings).entrySet()) {
            decided += dsl.query("""
                            UPDATE phases SET ending = ?, reason = coalesce(reason, ?)
                             WHERE id = ? AND state = 'running' AND (ending IS NULL OR ending = 'failed')
                            """, entry.getValue().wire(), reason, entry.getKey())
                    .execute();
        }
        return decided;
    }

    /** Running phases that end, or whose run does. */
    List<Ending> ending(DSLContext dsl, String runId) {
        return dsl.fetch("""
                        SELECT p.id, p.run_id, p.ending, coalesce(p.reason, r.reason, 'the run is ending') AS reason
                          FROM phases p JOIN runs r ON r.id = p.run_id
                         WHERE p.run_id = ? AND p.state = 'running' AND (p.ending IS NOT NULL OR r.ending IS NOT NULL)
                         ORDER BY p.id
                        """, runId)
                .map(r -> new Ending(
                        r.get("id", String.class),
                        r.get("run_id", String.class),
                        Optional.ofNullable(r.get("ending", String.class)).map(StageState::of),
                        r.get("reason", String.class)));
    }

    /** Holds the running phases' rows: whoever is to hold the run's row too takes these first, as reports do. */
    void lockRunning(DSLContext dsl, String runId) {
        dsl.fetch("SELECT id FROM phases WHERE run_id = ? AND state = 'running' ORDER BY id FOR UPDATE", runId);
    }

    List<String> running(DSLContext dsl, String runId) {
        return dsl.fetch("SELECT id FROM phases WHERE run_id = ? AND state = 'running' ORDER BY id", runId)
                .map(r -> r.get("id", String.class));
    }
}
