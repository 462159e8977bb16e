package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.PHASES;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.run.PhaseDelay;
import io.orchestrator.run.PhaseSnapshot;
import io.orchestrator.run.StageState;
import io.orchestrator.store.Unreadable;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.Record2;
import org.jspecify.annotations.Nullable;

/** Statements on phases. */
final class PhasesTable {
    private static final List<String> OPEN = List.of(StageState.RUNNING.wire(), StageState.HOLDING.wire());

    /** What the tasks that just ended add to a phase's counters. */
    record Tally(
            String phaseId,
            int ended,
            int completed,
            int failed,
            int failedChildren,
            long tokens,
            BigDecimal costUsd,
            long toolMs,
            long busyMs,
            @Nullable String failure) {}

    /** A phase after tasks of it ended. */
    record Standing(String phaseId, String runId, int open, boolean ending) {}

    /** A phase whose next step is being opened: how many tasks it had before, and what they have to keep to. */
    record Opening(int tasksBefore, int parallelism, Optional<Long> deadlineEpochMs, Json rubricMiss) {}

    /** What a phase has in common with the others of its run. */
    record Surroundings(String name, String runId, Plan plan, Json inputs, Json agents) {}

    /** A phase as the sweep needs it. */
    record Ending(String id, String runId, Optional<StageState> ending, String reason) {}

    void insert(
            DSLContext dsl, String runId, Plan plan, List<String> ids, List<Integer> steps, List<NewRun.Birth> births) {
        List<PhasePlan> phases = plan.phases();
        Sql.send(
                dsl,
                """
                        INSERT INTO phases (id, run_id, name, ordinal, steps, parallelism, state, started_at, step, total, open)
                        SELECT p.id, ?, p.name, p.ordinal, p.steps, p.parallelism,
                               CASE WHEN p.started THEN 'running' ELSE 'pending' END,
                               CASE WHEN p.started THEN clock_timestamp() END, p.step, p.tasks, p.tasks
                          FROM unnest(?::text[], ?::text[], ?::int[], ?::int[], ?::boolean[], ?::int[], ?::int[])
                               WITH ORDINALITY AS p(id, name, steps, parallelism, started, step, tasks, ordinal)
                        """,
                runId,
                ids.toArray(String[]::new),
                Sql.column(phases, String[]::new, PhasePlan::phase),
                steps.toArray(Integer[]::new),
                Sql.column(phases, Integer[]::new, p -> p.parallelism().limit()),
                Sql.column(births, Boolean[]::new, NewRun.Birth::started),
                Sql.column(births, Integer[]::new, NewRun.Birth::step),
                Sql.column(births, Integer[]::new, NewRun.Birth::tasks));
    }

    /** The phases of a run, in the plan's order, with what they need according to the plan. */
    List<PhaseSnapshot> snapshot(DSLContext dsl, String runId, Plan plan) {
        List<PhaseSnapshot> phases = Sql.fetch(
                dsl,
                """
                        SELECT id, name, state, round, step, steps, open, ending, delay_state FROM phases
                         WHERE run_id = ? ORDER BY ordinal
                        """,
                r -> {
                    PhasePlan phase = planned(plan, runId, r.getString("name"));
                    return snapshot(r, phase.needs(), PhaseWaiting.delay(phase, r.getString("delay_state")));
                },
                runId);
        if (phases.size() != plan.phases().size()) {
            throw new Unreadable(
                    "what became of run " + runId,
                    "its plan has " + plan.phases().size() + " phases, and " + phases.size() + " are there");
        }
        return phases;
    }

    /** What the plan says of a phase. */
    static PhasePlan planned(Plan plan, String runId, String phase) {
        try {
            return plan.phase(phase);
        } catch (IllegalArgumentException e) {
            throw new Unreadable("the plan of run " + runId, e);
        }
    }

    /** As {@link #snapshot}, for a run whose plan is not to be had: enough to end it, and no more. */
    List<PhaseSnapshot> withoutPlan(DSLContext dsl, String runId) {
        return Sql.fetch(
                dsl,
                "SELECT id, name, state, round, step, steps, open, ending FROM phases WHERE run_id = ? ORDER BY ordinal",
                r -> snapshot(r, List.of(), PhaseDelay.NONE),
                runId);
    }

    private static PhaseSnapshot snapshot(ResultSet r, List<String> needs, PhaseDelay delay) throws SQLException {
        return new PhaseSnapshot(
                r.getString("id"),
                r.getString("name"),
                StageState.of(r.getString("state")),
                r.getInt("round"),
                r.getInt("step"),
                r.getInt("steps"),
                r.getInt("open"),
                Optional.ofNullable(r.getString("ending")).map(StageState::of),
                needs,
                delay);
    }

    Surroundings surroundings(DSLContext dsl, String id) {
        return Sql.fetch(
                        dsl,
                        """
                        SELECT p.name, r.id, r.plan::text AS plan, r.inputs::text AS inputs, r.agents::text AS agents
                          FROM phases p JOIN runs r ON r.id = ANY (ARRAY[p.run_id]) WHERE p.id = ?
                        """,
                        row -> new Surroundings(
                                row.getString("name"),
                                row.getString("id"),
                                Jsonb.readPlan("the plan of run " + row.getString("id"), row.getString("plan")),
                                Jsonb.readObject("the inputs of run " + row.getString("id"), row.getString("inputs")),
                                Jsonb.readObject("the agents of run " + row.getString("id"), row.getString("agents"))),
                        id)
                .stream()
                .findFirst()
                .orElseThrow(() -> new Unreadable("phase " + id, "its row, or that of its run, is gone"));
    }

    /** Books ended tasks; locks the phases in the order of their ids. A failure decides that the phase fails. */
    List<Standing> book(DSLContext dsl, List<Tally> tallies) {
        return Sql.fetch(
                dsl,
                """
                        WITH locked AS MATERIALIZED (
                            SELECT id FROM phases WHERE id = ANY (?::text[]) ORDER BY id FOR UPDATE
                        )
                        UPDATE phases p
                           SET open = p.open - t.ended, completed = p.completed + t.completed, failed = p.failed + t.failed,
                               failed_children = p.failed_children + t.failed_children,\s""" + Sums.OF_PHASE + """
                               , busy_ms = p.busy_ms + t.busy_ms,
                               ending = CASE WHEN t.failure IS NULL THEN p.ending ELSE coalesce(p.ending, 'failed') END,
                               reason = CASE WHEN p.ending IS NULL THEN coalesce(t.failure, p.reason) ELSE p.reason END
                          FROM locked, unnest(?::text[], ?::int[], ?::int[], ?::int[], ?::int[], ?::bigint[], ?::numeric[], ?::bigint[], ?::bigint[], ?::text[])
                               AS t(id, ended, completed, failed, failed_children, tokens, cost_usd, tool_ms, busy_ms, failure)
                         WHERE t.id = locked.id AND p.id = ANY (ARRAY[t.id])
                        RETURNING p.id, p.run_id, p.open, p.ending
                        """,
                row -> new Standing(
                        row.getString("id"),
                        row.getString("run_id"),
                        row.getInt("open"),
                        row.getString("ending") != null),
                tallies.stream().map(Tally::phaseId).toArray(String[]::new),
                tallies.stream().map(Tally::phaseId).toArray(String[]::new),
                tallies.stream().map(Tally::ended).toArray(Integer[]::new),
                tallies.stream().map(Tally::completed).toArray(Integer[]::new),
                tallies.stream().map(Tally::failed).toArray(Integer[]::new),
                tallies.stream().map(Tally::failedChildren).toArray(Integer[]::new),
                tallies.stream().map(Tally::tokens).toArray(Long[]::new),
                tallies.stream().map(Tally::costUsd).toArray(BigDecimal[]::new),
                tallies.stream().map(Tally::toolMs).toArray(Long[]::new),
                tallies.stream().map(Tally::busyMs).toArray(Long[]::new),
                tallies.stream().map(Tally::failure).toArray(String[]::new));
    }

    /** Starts a phase, with a deadline where it or its run has a timebox. */
    void start(DSLContext dsl, String id, Optional<Duration> timebox) {
        Sql.send(dsl, """
                        UPDATE phases p
                           SET state = 'running', started_at = clock_timestamp(),
                               deadline = least(r.deadline, clock_timestamp() + ?::bigint * interval '1 ms')
                          FROM runs r WHERE p.id = ? AND r.id = ANY (ARRAY[p.run_id])
                        """, timebox.map(Duration::toMillis).orElse(null), id);
    }

    /** Starts a phase without a timebox of its own and opens its first step, which has so many tasks. */
    void startWithStep(DSLContext dsl, String id, int tasks) {
        Sql.send(dsl, """
                        UPDATE phases p
                           SET state = 'running', started_at = clock_timestamp(), deadline = r.deadline,
                               step = 0, total = p.total + ?, open = p.open + ?
                          FROM runs r WHERE p.id = ? AND r.id = ANY (ARRAY[p.run_id])
                        """, tasks, tasks, id);
    }

    /** Sets a running phase's deadline; its run's id, or empty if it is not running. */
    Optional<String> limit(DSLContext dsl, String id, Duration timebox) {
        return Sql.fetch(dsl, """
                        UPDATE phases SET deadline = clock_timestamp() + ? * interval '1 ms'
                         WHERE id = ? AND state IN ('running', 'holding') RETURNING run_id
                        """, r -> r.getString("run_id"), timebox.toMillis(), id).stream()
                .findFirst();
    }

    /** Opens a step; returns the phase as it was before its tasks are added. */
    Opening openStep(DSLContext dsl, String id, int step) {
        return Sql.fetch(
                        dsl,
                        """
                        UPDATE phases SET step = ? WHERE id = ?
                        RETURNING total, parallelism, CASE WHEN isfinite(deadline) THEN (extract(epoch FROM deadline) * 1000)::bigint END AS deadline_ms,
                                  rubric_miss::text AS rubric_miss
                        """,
                        row -> new Opening(
                                row.getInt("total"),
                                row.getInt("parallelism"),
                                Optional.ofNullable(row.getObject("deadline_ms", Long.class)),
                                Jsonb.readObject("what phase " + id + " missed", row.getString("rubric_miss"))),
                        step,
                        id)
                .getFirst();
    }

    void addTasks(DSLContext dsl, String id, int count) {
        Sql.send(dsl, "UPDATE phases SET total = total + ?, open = open + ? WHERE id = ?", count, count, id);
    }

    void finish(DSLContext dsl, String id, StageState state, @Nullable String reason) {
        Sql.send(dsl, """
                        UPDATE phases SET state = ?, finished_at = clock_timestamp(), reason = coalesce(reason, ?::text)
                         WHERE id = ?
                        """, state.wire(), reason, id);
    }

    Optional<String> reason(DSLContext dsl, String id) {
        return Optional.ofNullable(
                dsl.select(PHASES.REASON).from(PHASES).where(PHASES.ID.eq(id)).fetchSingle(PHASES.REASON));
    }

    /** Decides how phases end that have started. A person's cancel and a timebox overrule a failure that is still draining. */
    int decide(DSLContext dsl, Map<String, StageState> endings, String reason) {
        String why = Jsonb.clean(reason);
        int decided = 0;
        for (var entry : new java.util.TreeMap<>(endings).entrySet()) {
            decided += dsl.update(PHASES)
                    .set(PHASES.ENDING, entry.getValue().wire())
                    .set(PHASES.REASON, when(PHASES.ENDING.isNull(), val(why)).otherwise(coalesce(PHASES.REASON, why)))
                    .where(
                            PHASES.ID.eq(entry.getKey()),
                            PHASES.STATE.in(OPEN),
                            PHASES.ENDING.isNull().or(PHASES.ENDING.eq(StageState.FAILED.wire())))
                    .execute();
        }
        return decided;
    }

    /** Phases under way that end, or whose run does. */
    List<Ending> ending(DSLContext dsl, String runId) {
        return Sql.fetch(
                dsl,
                """
                        SELECT p.id, p.run_id, p.ending, coalesce(p.reason, r.reason, 'the run is ending') AS reason
                          FROM phases p JOIN runs r ON r.id = ANY (ARRAY[p.run_id])
                         WHERE p.run_id = ? AND p.state IN ('running', 'holding') AND (p.ending IS NOT NULL OR r.ending IS NOT NULL)
                         ORDER BY p.id
                        """,
                r -> new Ending(
                        r.getString("id"),
                        r.getString("run_id"),
                        Optional.ofNullable(r.getString("ending")).map(StageState::of),
                        r.getString("reason")),
                runId);
    }

    /** The phases that their callers named so, the newest first; at most 100, of which one is too many to choose from. */
    List<String> ofKey(DSLContext dsl, Optional<String> runKey, String key) {
        return Sql.fetch(dsl, """
                        SELECT p.id FROM phases p
                         WHERE p.key = ? AND (?::text IS NULL OR p.run_id = (SELECT r.id FROM runs r WHERE r.key = ?::text))
                         ORDER BY p.id DESC LIMIT 100
                        """, r -> r.getString("id"), key, runKey.orElse(null), runKey.orElse(null));
    }

    /** Holds the rows of phases that have started and not ended: whoever is to hold the run's row too takes these first, as reports do. */
    void lockOpen(DSLContext dsl, String runId) {
        Sql.send(
                dsl,
                "SELECT id FROM phases WHERE run_id = ? AND state IN ('running', 'holding') ORDER BY id FOR UPDATE",
                runId);
    }

    List<String> open(DSLContext dsl, String runId) {
        return dsl.select(PHASES.ID)
                .from(PHASES)
                .where(PHASES.RUN_ID.eq(runId), PHASES.STATE.in(OPEN))
                .orderBy(PHASES.ID)
                .fetch(Record1::value1);
    }

    /** The phases of a run that have these names: their names by the ids of the phases that did their work. */
    Map<String, String> namesById(DSLContext dsl, String runId, List<String> names) {
        return dsl.select(coalesce(PHASES.ORIGIN_PHASE_ID, PHASES.ID), PHASES.NAME)
                .from(PHASES)
                .where(PHASES.RUN_ID.eq(runId), PHASES.NAME.eq(any(names.toArray(String[]::new))))
                .fetchMap(Record2::value1, Record2::value2);
    }
}
