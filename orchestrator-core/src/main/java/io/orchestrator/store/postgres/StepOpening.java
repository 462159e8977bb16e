package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentRef;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Priority;
import io.orchestrator.plan.TaskSpec;
import io.orchestrator.plan.TaskSpecs;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.BudgetDecisions;
import io.orchestrator.run.Ids;
import io.orchestrator.run.PhaseSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Makes the tasks of a phase's next step. */
final class StepOpening {
    record Opened(int tasks, List<Ticket> tickets, boolean timersSet) {}

    private final Tables tables;
    private final UpstreamReading upstream;
    private final Ids ids;

    StepOpening(Tables tables, UpstreamReading upstream, Ids ids) {
        this.tables = tables;
        this.upstream = upstream;
        this.ids = ids;
    }

    /**
     * Makes the tasks and says which of them are ready.
     *
     * @throws io.orchestrator.plan.ExpansionException when the plan asks for what its inputs do not have
     */
    Opened open(DSLContext dsl, RunsTable.Locked run, PhaseSnapshot phase, int step) {
        PhasesTable.Opening opening = tables.phases.openStep(dsl, phase.id(), step);
        List<TaskSpec> specs = specs(dsl, run, phase, step, opening);
        if (!specs.isEmpty()) {
            tables.phases.addTasks(dsl, phase.id(), specs.size());
        }
        return insert(dsl, run, phase, step, opening, specs);
    }

    /**
     * The same for the first step of a phase that is being started, in its first round and without a timebox; the phase's
     * row is the caller's to write.
     */
    Opened openFirst(DSLContext dsl, RunsTable.Locked run, PhaseSnapshot phase) {
        PhasesTable.Opening opening = new PhasesTable.Opening(
                0, run.plan().phase(phase.name()).parallelism().limit(), run.deadlineEpochMs(), Json.EMPTY_OBJECT);
        return insert(dsl, run, phase, 0, opening, specs(dsl, run, phase, 0, opening));
    }

    private List<TaskSpec> specs(
            DSLContext dsl, RunsTable.Locked run, PhaseSnapshot phase, int step, PhasesTable.Opening opening) {
        PhasePlan plan = run.plan().phase(phase.name());
        Json input = run.inputs().overlaidBy(plan.inputs());
        Json seen = upstream.visibleTo(dsl, run.id(), run.plan(), TaskSpecs.before(plan, step));
        return TaskSpecs.expand(plan, step, input, seen, run.plan().budgets(), opening.tasksBefore()).stream()
                .map(spec -> phase.round() == 1 ? spec : spec.inRound(phase.round(), opening.rubricMiss()))
                .toList();
    }

    private Opened insert(
            DSLContext dsl,
            RunsTable.Locked run,
            PhaseSnapshot phase,
            int step,
            PhasesTable.Opening opening,
            List<TaskSpec> specs) {
        if (specs.isEmpty()) {
            return new Opened(0, List.of(), false);
        }
        PhasePlan plan = run.plan().phase(phase.name());
        List<String> taskIds = specs.stream().map(s -> ids.task()).toList();
        List<@Nullable Long> timeboxes = timeboxes(plan, specs);
        int released = Math.min(opening.parallelism(), specs.size());
        tables.tasks.insert(
                dsl,
                new TasksTable.Place(
                        run.id(),
                        phase.id(),
                        phase.round(),
                        step,
                        run.lane(),
                        released,
                        opening.deadlineEpochMs(),
                        BudgetDecisions.limitsAnything(run.plan().budgets())
                                || BudgetDecisions.limitsAnything(plan.budgets())),
                taskIds,
                specs,
                timeboxes);
        boolean timers = scheduleTimeouts(dsl, run.id(), phase.id(), taskIds, timeboxes);
        Priority lane = Priority.ofLane(run.lane());
        return new Opened(
                specs.size(),
                taskIds.subList(0, released).stream()
                        .map(id -> new Ticket(id, lane))
                        .toList(),
                timers);
    }

    private static List<@Nullable Long> timeboxes(PhasePlan plan, List<TaskSpec> specs) {
        Map<String, Long> byName = new HashMap<>();
        for (AgentRef agent : plan.agents()) {
            agent.timebox().ifPresent(t -> byName.put(agent.as(), t.toMillis()));
        }
        List<@Nullable Long> result = new ArrayList<>(specs.size());
        specs.forEach(spec -> result.add(byName.get(spec.name())));
        return result;
    }

    private boolean scheduleTimeouts(
            DSLContext dsl, String runId, String phaseId, List<String> taskIds, List<@Nullable Long> timeboxesMs) {
        List<String> limited = new ArrayList<>();
        List<Long> limits = new ArrayList<>();
        for (int i = 0; i < taskIds.size(); i++) {
            Long limit = timeboxesMs.get(i);
            if (limit != null) {
                limited.add(taskIds.get(i));
                limits.add(limit);
            }
        }
        if (limited.isEmpty()) {
            return false;
        }
        tables.timers.scheduleTaskTimeouts(dsl, runId, phaseId, limited, limits);
        return true;
    }
}
