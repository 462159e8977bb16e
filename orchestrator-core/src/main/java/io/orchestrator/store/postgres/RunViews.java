package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.GATES;
import static io.orchestrator.store.postgres.jooq.Tables.LIVE_TASKS;
import static io.orchestrator.store.postgres.jooq.Tables.PHASES;
import static io.orchestrator.store.postgres.jooq.Tables.RUNS;
import static io.orchestrator.store.postgres.jooq.Tables.TASKS;
import static io.orchestrator.store.postgres.jooq.Tables.TASK_STATES;
import static io.orchestrator.store.postgres.jooq.Tables.TASK_STATS_BY_PHASE;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import io.orchestrator.agent.Usage;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.RunView;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Result;
import org.jooq.SelectOnConditionStep;

/** Reads runs for people. Cost follows the size of the run, or with tasks left out the number of its phases. */
final class RunViews {
    private static final List<Field<?>> RUN = Shown.columns(
            RUNS.ID,
            RUNS.NAME,
            RUNS.STATE,
            RUNS.REASON,
            RUNS.TOKENS,
            RUNS.COST_USD,
            RUNS.TOOL_MS,
            RUNS.CREATED_AT,
            RUNS.STARTED_AT,
            RUNS.FINISHED_AT,
            RUNS.DEADLINE,
            RUNS.START_AT,
            GATES.CLOSED_AT,
            GATES.REASON);

    Optional<RunView> run(DSLContext dsl, String runId, boolean withTasks) {
        return runs(dsl, selectRun(dsl).where(RUNS.ID.eq(runId)).fetch(), withTasks).stream()
                .findFirst();
    }

    List<RunView> newest(DSLContext dsl, int max) {
        return runs(
                dsl, selectRun(dsl).orderBy(RUNS.CREATED_AT.desc()).limit(max).fetch(), false);
    }

    private static List<RunView> runs(DSLContext dsl, List<Record> rows, boolean withTasks) {
        String[] runIds = rows.stream().map(r -> r.get(RUNS.ID)).toArray(String[]::new);
        Map<String, List<RunView.Phase>> phases = phases(dsl, runIds, withTasks);
        return rows.stream()
                .map(r -> run(r, phases.getOrDefault(r.get(RUNS.ID), List.of())))
                .toList();
    }

    Optional<RunView.Task> task(DSLContext dsl, String taskId) {
        return selectTask(dsl).where(TASK_STATES.ID.eq(taskId)).fetchOptional(RunViews::task);
    }

    Optional<PhaseStats> stats(DSLContext dsl, String phaseId) {
        return dsl.select(Shown.columns(TASK_STATS_BY_PHASE.fields()))
                .from(TASK_STATS_BY_PHASE)
                .where(TASK_STATS_BY_PHASE.PHASE_ID.eq(phaseId))
                .fetchOptional(RunViews::stats);
    }

    private static PhaseStats stats(Record r) {
        Double averageMs = r.get(TASK_STATS_BY_PHASE.AVG_DURATION_MS);
        return new PhaseStats(
                r.get(TASK_STATS_BY_PHASE.PHASE_ID),
                r.get(TASK_STATS_BY_PHASE.TOTAL),
                r.get(TASK_STATS_BY_PHASE.COMPLETED),
                r.get(TASK_STATS_BY_PHASE.FAILED),
                r.get(TASK_STATS_BY_PHASE.RUNNING),
                averageMs == null ? OptionalDouble.empty() : OptionalDouble.of(averageMs),
                r.get(TASK_STATS_BY_PHASE.TOTAL_COST_USD));
    }

    private static SelectOnConditionStep<Record> selectRun(DSLContext dsl) {
        return dsl.select(RUN).from(RUNS).leftJoin(GATES).on(GATES.KIND.eq(inline("run")), GATES.NAME.eq(RUNS.ID));
    }

    private static RunView run(Record r, List<RunView.Phase> phases) {
        Usage unsettled = phases.stream()
                .flatMap(p -> p.tasks().stream())
                .filter(t -> !t.state().isFinal())
                .map(RunView.Task::usage)
                .reduce(Usage.NONE, Usage::plus);
        return new RunView(
                r.get(RUNS.ID),
                r.get(RUNS.NAME),
                StageState.of(r.get(RUNS.STATE)),
                Optional.ofNullable(r.get(RUNS.REASON)),
                phases,
                Usage.standing(r.get(RUNS.TOKENS), r.get(RUNS.COST_USD), r.get(RUNS.TOOL_MS))
                        .plus(unsettled),
                r.get(RUNS.CREATED_AT).toInstant(),
                instant(r, RUNS.STARTED_AT),
                instant(r, RUNS.FINISHED_AT),
                instant(r, RUNS.DEADLINE),
                instant(r, GATES.CLOSED_AT).map(since -> new RunView.Paused(since, r.get(GATES.REASON))),
                instant(r, RUNS.START_AT));
    }

    /** The phases of runs, by run and in the plan's order. */
    private static Map<String, List<RunView.Phase>> phases(DSLContext dsl, String[] runIds, boolean withTasks) {
        Result<Record> rows = dsl.select(Shown.columns(PHASES.fields()))
                .from(PHASES)
                .where(PHASES.RUN_ID.eq(any(runIds)))
                .orderBy(PHASES.RUN_ID, PHASES.ORDINAL)
                .fetch();
        Map<String, Integer> running = running(dsl, rows);
        Map<String, List<RunView.Task>> tasks = withTasks ? tasks(dsl, runIds) : Map.of();
        return rows.intoGroups(
                PHASES.RUN_ID,
                r -> phase(
                        r, running.getOrDefault(r.get(PHASES.ID), 0), tasks.getOrDefault(r.get(PHASES.ID), List.of())));
    }

    /** How many tasks run, by phase. It reads what is live of all runs, so it is asked only where something is open. */
    private static Map<String, Integer> running(DSLContext dsl, Result<Record> phases) {
        String[] open = phases.stream()
                .filter(phase -> phase.get(PHASES.OPEN) > 0)
                .map(phase -> phase.get(PHASES.ID))
                .toArray(String[]::new);
        if (open.length == 0) {
            return Map.of();
        }
        return dsl.select(LIVE_TASKS.PHASE_ID, count())
                .from(LIVE_TASKS)
                .where(LIVE_TASKS.PHASE_ID.eq(any(open)), LIVE_TASKS.STATE.eq(TaskState.RUNNING.wire()))
                .groupBy(LIVE_TASKS.PHASE_ID)
                .fetchMap(Record2::value1, Record2::value2);
    }

    private static SelectOnConditionStep<Record> selectTask(DSLContext dsl) {
        return dsl.select(Shown.columns(TASK_STATES.fields()))
                .select(TASKS.OUTPUT)
                .from(TASK_STATES)
                .join(TASKS)
                .on(TASKS.ID.eq(TASK_STATES.ID));
    }

    private static Map<String, List<RunView.Task>> tasks(DSLContext dsl, String[] runIds) {
        return selectTask(dsl)
                .where(TASK_STATES.PHASE_ID.in(select(PHASES.ID).from(PHASES).where(PHASES.RUN_ID.eq(any(runIds)))))
                .orderBy(TASK_STATES.PHASE_ID, TASK_STATES.ROUND, TASK_STATES.ORDINAL)
                .fetchGroups(r -> r.get(TASK_STATES.PHASE_ID), RunViews::task);
    }

    private static RunView.Phase phase(Record r, int running, List<RunView.Task> tasks) {
        return new RunView.Phase(
                r.get(PHASES.ID),
                r.get(PHASES.NAME),
                StageState.of(r.get(PHASES.STATE)),
                Optional.ofNullable(r.get(PHASES.REASON)),
                r.get(PHASES.ROUND),
                r.get(PHASES.TOTAL),
                r.get(PHASES.COMPLETED),
                r.get(PHASES.FAILED),
                r.get(PHASES.OPEN),
                running,
                r.get(PHASES.STEP),
                r.get(PHASES.STEPS),
                Usage.standing(r.get(PHASES.TOKENS), r.get(PHASES.COST_USD), r.get(PHASES.TOOL_MS)),
                instant(r, PHASES.STARTED_AT),
                instant(r, PHASES.FINISHED_AT),
                tasks,
                Optional.ofNullable(r.get(PHASES.ORIGIN_RUN_ID)));
    }

    private static RunView.Task task(Record r) {
        return new RunView.Task(
                r.get(TASK_STATES.ID),
                r.get(TASK_STATES.PHASE_ID),
                r.get(TASK_STATES.TYPE),
                r.get(TASK_STATES.TARGET),
                r.get(TASK_STATES.NAME),
                r.get(TASK_STATES.SHARD),
                r.get(TASK_STATES.ROUND),
                TaskState.of(r.get(TASK_STATES.STATE)),
                r.get(TASK_STATES.ATTEMPT),
                r.get(TASK_STATES.EPOCH),
                Optional.ofNullable(Jsonb.text(r.get(TASKS.OUTPUT))).map(text -> Jsonb.show("the output", text)),
                Optional.ofNullable(r.get(TASK_STATES.ERROR)),
                Optional.ofNullable(r.get(TASK_STATES.PROGRESS)),
                Optional.ofNullable(r.get(TASK_STATES.MESSAGE)),
                Optional.ofNullable(r.get(TASK_STATES.WORKER_ID)),
                Usage.standing(r.get(TASK_STATES.TOKENS), r.get(TASK_STATES.COST_USD), r.get(TASK_STATES.TOOL_MS)),
                instant(r, TASK_STATES.STARTED_AT),
                instant(r, TASK_STATES.FINISHED_AT));
    }

    private static Optional<Instant> instant(Record r, Field<OffsetDateTime> column) {
        return Optional.ofNullable(r.get(column)).map(OffsetDateTime::toInstant);
    }
}
