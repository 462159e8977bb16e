package io.orchestrator.cli;

import io.orchestrator.cli.view.TaskName;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** Whose logs are shown: tasks of a run, or one task. */
final class LogScope {
    /** One of them, with the name of its phase where that is known. */
    record Member(RunView.Task task, Optional<String> phase) {}

    /**
     * How they stand.
     *
     * @param tasks by their ids, in the order of the plan
     * @param ended nothing more will be said, but for last words
     */
    record Look(SequencedMap<String, Member> tasks, boolean ended) {
        /** One that was ended from outside has its say after its end is known. */
        boolean mayHaveLastWords() {
            return tasks.values().stream()
                    .map(member -> member.task().state())
                    .anyMatch(state -> state == TaskState.CANCELLED || state == TaskState.TIMED_OUT);
        }
    }

    private final Supplier<Look> looking;

    private LogScope(Supplier<Look> looking) {
        this.looking = looking;
    }

    Look look() {
        return looking.get();
    }

    /** @param name as in {@code PHASE/Name[shard]} or the end of it; empty for all tasks */
    static LogScope ofRun(RunStore runs, String runId, Optional<String> name) {
        return new LogScope(() -> {
            SequencedMap<String, Member> tasks = new LinkedHashMap<>();
            Optional<RunView> run = runs.view(runId, true);
            run.ifPresent(found -> found.phases()
                    .forEach(phase -> phase.tasks().stream()
                            .filter(task -> name.isEmpty() || isNamed(phase, task, name.get()))
                            .forEach(task -> tasks.put(task.id(), new Member(task, Optional.of(phase.name()))))));
            return new Look(tasks, run.map(found -> found.state().isFinal()).orElse(true));
        });
    }

    static LogScope ofTask(RunStore runs, String taskId) {
        return new LogScope(() -> {
            SequencedMap<String, Member> tasks = new LinkedHashMap<>();
            Optional<RunView.Task> task = runs.task(taskId);
            task.ifPresent(found -> tasks.put(taskId, new Member(found, Optional.empty())));
            return new Look(tasks, task.map(found -> found.state().isFinal()).orElse(true));
        });
    }

    private static boolean isNamed(RunView.Phase phase, RunView.Task task, String name) {
        String inPhase = name.startsWith(phase.name() + "/")
                ? name.substring(phase.name().length() + 1)
                : name;
        return inPhase.equals(task.name()) || inPhase.equals(TaskName.of(task));
    }
}
