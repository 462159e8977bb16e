package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentRef;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.TaskSpec;
import io.orchestrator.plan.TaskSpecs;
import io.orchestrator.plan.Upstream;
import io.orchestrator.run.Ids;
import io.orchestrator.store.Ready;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the tasks of a phase's next step. */
final class StepOpening {
    private final Memory memory;
    private final Ids ids;

    StepOpening(Memory memory, Ids ids) {
        this.memory = memory;
        this.ids = ids;
    }

    /**
     * Makes the tasks and says which of them are ready.
     *
     * @throws io.orchestrator.plan.ExpansionException when the plan asks for what its inputs do not have
     */
    Ready open(PhaseRow phase, int step, Instant now) {
        phase.step = step;
        Json input = phase.run.inputs.overlaidBy(phase.plan.inputs());
        List<TaskSpec> specs = TaskSpecs.expand(
                phase.plan, step, input, upstream(phase, step), phase.run.plan().budgets(), phase.total());
        List<TaskRow> made = new ArrayList<>();
        boolean timersSet = false;
        for (TaskSpec expanded : specs) {
            TaskSpec spec = inRound(phase, expanded);
            Optional<Duration> timebox = timebox(phase.plan, spec);
            Optional<Instant> deadline = PhaseRow.earlier(phase.deadline, timebox.map(now::plus));
            TaskRow task = new TaskRow(ids.task(), phase, spec, deadline, now);
            made.add(task);
            memory.tasks.put(task.id, task);
            memory.live.put(task.id, task);
            timebox.ifPresent(limit -> memory.timers.add(now.plus(limit), new Promise.TaskTimeout(task.id)));
            timersSet |= timebox.isPresent();
        }
        phase.add(made);
        List<TaskRow> released = phase.release(phase.plan.parallelism().limit(), now);
        return new Ready(released.stream().map(TaskRow::ticket).toList(), timersSet);
    }

    private static TaskSpec inRound(PhaseRow phase, TaskSpec spec) {
        return phase.round == 1 ? spec : spec.inRound(phase.round, phase.rubricMiss.orElse(Json.EMPTY_OBJECT));
    }

    private static Optional<Duration> timebox(PhasePlan plan, TaskSpec spec) {
        return plan.agents().stream()
                .filter(agent -> agent.as().equals(spec.name()))
                .findFirst()
                .flatMap(AgentRef::timebox);
    }

    private static Stream<Upstream.Row> rows(String name, PhaseRow worker) {
        return worker.tasksOfRound()
                .filter(t -> !t.isChild())
                .flatMap(t ->
                        t.output.stream().map(value -> new Upstream.Row(name, t.spec.name(), t.spec.shard(), value)));
    }

    /** What the tasks of a step may see. */
    static Json upstream(PhaseRow phase, int step) {
        List<PhasePlan> visible = Upstream.visibleTo(phase.run.plan(), TaskSpecs.before(phase.plan, step));
        List<String> names = visible.stream().map(PhasePlan::phase).toList();
        List<Upstream.Row> rows = phase.run.phases.stream()
                .filter(p -> names.contains(p.plan.phase()))
                .flatMap(p -> rows(p.plan.phase(), p.worker()))
                .toList();
        return Upstream.of(visible, rows);
    }
}
