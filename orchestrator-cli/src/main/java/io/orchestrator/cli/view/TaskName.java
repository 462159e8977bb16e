package io.orchestrator.cli.view;

import io.orchestrator.store.RunView;

/** What a task goes by among people: {@code Hasher}, or {@code Hasher[3]} for a piece of a sharded one. */
public final class TaskName {
    private TaskName() {}

    public static String of(RunView.Task task) {
        return task.shard() < 0 ? task.name() : task.name() + "[" + task.shard() + "]";
    }
}
