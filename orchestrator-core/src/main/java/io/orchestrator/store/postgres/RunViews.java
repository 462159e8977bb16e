package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.RunView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Reads runs for people. Cost follows the size of the run, or with tasks left out the number of its phases. */
final class RunViews {
    private static final String RUN =
            "SELECT id, name, state, reason, tokens, cost_usd, tool_ms, created_at, started_at, finished_at, deadline FROM runs";
    private static final String TASK = """
            SELECT s.*, t.output::text AS output FROM task_states s JOIN tasks t ON t.id = s.id
            """;

    Optional<RunView> run(DSLContext dsl, String runId, boolean withTasks) {
        return dsl.fetchOptional(RUN + " WHERE id = ?", runId).map(row -> run(dsl, row, withTasks));
    }

    List<RunView> newest(DSLContext dsl, int max) {
        List<RunView> result = new ArrayList<>();
        dsl.fetch(RUN + " ORDER BY created_at DESC LIMIT ?", max).forEach(row -> result.add(run(dsl, row, false)));
        return result;
    }

    Optional<RunView.Task> task(DSLContext dsl, String taskId) {
        return dsl.fetchOptional(TASK + " WHERE s.id = ?", taskId).map(RunViews::task);
    }

    Optional<PhaseStats> stats(DSLContext dsl, String phaseId) {
        return dsl.fetchOptional("SELECT * FROM task_stats_by_phase WHERE phase_id = ?", phaseId)
                .map(RunViews::stats);
    }

    private static PhaseStats stats(Record r) {
        Double averageMs = r.get("avg_duration_ms", Double.class);
        return new PhaseStats(
                r.get("phase_id", String.class),
                r.get("total", Integer.class),
                r.get("completed", Integer.class),
                r.get("failed", Integer.class),
                r.get("running", Integer.class),
                averageMs == null ? OptionalDouble.empty() : OptionalDouble.of(averageMs),
                r.get("total_cost_usd", BigDecimal.class));
    }

    private static RunView run(DSLContext dsl, Record r, boolean withTasks) {
        String runId = r.get("id", String.class);
        List<RunView.Phase> phases = phases(dsl, runId, withTasks);
        Usage unsettled = phases.stream()
                .flatMap(p -> p.tasks().stream())
                .filter(t -> !t.state().isFinal())
                .map(RunView.Task::usage)
                .reduce(Usage.NONE, Usage::plus);
        return new RunView(
                runId,
                r.get("name", String.class),
                StageState.of(r.get("state", String.class)),
                Optional.ofNullable(r.get("reason", String.class)),
                phases,
                usage(r).plus(unsettled),
                r.get("created_at", Instant.class),
                Optional.ofNullable(r.get("started_at", Instant.class)),
                Optional.ofNullable(r.get("finished_at", Instant.class)),
                Optional.ofNullable(r.get("deadline", Instant.class)));
    }

    private static List<RunView.Phase> phases(DSLContext dsl, String runId, boolean withTasks) {
        Map<String, Integer> running = new HashMap<>();
        dsl.fetch("""
                        SELECT phase_id, count(*)::int AS n FROM live_tasks
                         WHERE run_id = ? AND state = 'running' GROUP BY phase_id
                        """, runId).forEach(r -> running.put(r.get("phase_id", String.class), r.get("n", Integer.class)));
        Map<String, List<RunView.Task>> tasks = withTasks ? tasks(dsl, runId) : Map.of();
        return dsl.fetch("SELECT * FROM phases WHERE run_id = ? ORDER BY ordinal", runId)
                .map(r -> phase(
                        r,
                        running.getOrDefault(r.get("id", String.class), 0),
                        tasks.getOrDefault(r.get("id", String.class), List.of())));
    }

    private static Map<String, List<RunView.Task>> tasks(DSLContext dsl, String runId) {
        Map<String, List<RunView.Task>> byPhase = new HashMap<>();
        dsl.fetch(TASK + """
                                 WHERE s.phase_id IN (SELECT id FROM phases WHERE run_id = ?) ORDER BY s.phase_id, s.ordinal
                                """, runId)
                .forEach(r -> byPhase.computeIfAbsent(r.get("phase_id", String.class), id -> new ArrayList<>())
                        .add(task(r)));
        return byPhase;
    }

    private static RunView.Phase phase(Record r, int running, List<RunView.Task> tasks) {
        return new RunView.Phase(
                r.get("id", String.class),
                r.get("name", String.class),
                StageState.of(r.get("state", String.class)),
                Optional.ofNullable(r.get("reason", String.class)),
                r.get("total", Integer.class),
                r.get("completed", Integer.class),
                r.get("failed", Integer.class),
                r.get("open", Integer.class),
                running,
                r.get("step", Integer.class),
                r.get("steps", Integer.class),
                usage(r),
                Optional.ofNullable(r.get("started_at", Instant.class)),
                Optional.ofNullable(r.get("finished_at", Instant.class)),
                tasks);
    }

    private static RunView.Task task(Record r) {
        return new RunView.Task(
                r.get("id", String.class),
                r.get("phase_id", String.class),
                r.get("type", String.class),
                r.get("target", String.class),
                r.get("name", String.class),
                r.get("shard", Integer.class),
                TaskState.of(r.get("state", String.class)),
                r.get("attempt", Integer.class),
                r.get("epoch", Long.class),
                Optional.ofNullable(r.get("output", String.class)).map(Json::parse),
                Optional.ofNullable(r.get("error", String.class)),
                Optional.ofNullable(r.get("progress", Double.class)),
                Optional.ofNullable(r.get("message", String.class)),
                Optional.ofNullable(r.get("worker_id", String.class)),
                usage(r),
                Optional.ofNullable(r.get("started_at", Instant.class)),
                Optional.ofNullable(r.get("finished_at", Instant.class)));
    }

    private static Usage usage(Record r) {
        return new Usage(
                r.get("tokens", Long.class), r.get("cost_usd", BigDecimal.class), r.get("tool_ms", Long.class));
    }
}
