package io.orchestrator.cli.view;

import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What the phases and tasks that events are about go by. Not thread-safe: it remembers what it has looked up. */
public final class EventNames {
    private final Map<String, String> phases = new HashMap<>();
    private final Map<String, Optional<RunView.Task>> known = new HashMap<>();
    private final Function<String, Optional<RunView.Task>> tasks;

    /**
     * Names of a run's events.
     *
     * @param run with its tasks, or without them where few are asked for
     * @param tasks finds a task that the view does not have
     */
    public EventNames(RunView run, Function<String, Optional<RunView.Task>> tasks) {
        this.tasks = tasks;
        for (RunView.Phase phase : run.phases()) {
            phases.put(phase.id(), phase.name());
            phase.tasks().forEach(task -> known.put(task.id(), Optional.of(task)));
        }
    }

    public Optional<String> phase(EventView event) {
        return event.phaseId().map(phases::get);
    }

    /** The task's name, which is its agent's where the plan gives it no other. */
    public Optional<String> task(EventView event) {
        return found(event).map(TaskName::of);
    }

    /** The agent or tool that does the task. */
    public Optional<String> target(EventView event) {
        return found(event).map(RunView.Task::target);
    }

    /** {@code PHASE}, {@code PHASE/Name}, or {@code PHASE/Name (Agent)} where the agent is called otherwise. */
    public Optional<String> words(EventView event) {
        return phase(event)
                .map(phase -> phase
                        + found(event)
                                .map(task -> "/" + TaskName.of(task)
                                        + (task.name().equals(task.target()) ? "" : " (" + task.target() + ")"))
                                .orElse(""));
    }

    private Optional<RunView.Task> found(EventView event) {
        return event.taskId().flatMap(id -> known.computeIfAbsent(id, tasks));
    }
}
