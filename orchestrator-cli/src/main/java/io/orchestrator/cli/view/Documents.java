package io.orchestrator.cli.view;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON documents that commands write with {@code -o json}. A field that has no value is there, as null. States are in
 * lower case, instants in ISO 8601 and UTC.
 */
public final class Documents {
    private Documents() {}

    /** A run with its phases and tasks. */
    public static Json run(RunView run) {
        return Json.object(
                "runId", run.id(),
                "name", run.name(),
                "state", run.state().wire(),
                "reason", run.reason().orElse(null),
                "phases", run.phases().stream().map(Documents::phase).toList(),
                "usage", usage(run.usage()),
                "startedAt", instant(run.startedAt()),
                "finishedAt", instant(run.finishedAt()));
    }

    /** Runs without their tasks. */
    public static Json runs(List<RunView> runs) {
        return Json.object("runs", runs.stream().map(Documents::summary).toList());
    }

    public static Json tasks(RunView run) {
        List<Json> tasks = run.phases().stream()
                .flatMap(phase -> phase.tasks().stream().map(task -> task(task).with("phase", phase.name())))
                .toList();
        return Json.object("runId", run.id(), "tasks", tasks);
    }

    public static Json events(String runId, List<EventView> events) {
        return Json.object(
                "runId", runId, "events", events.stream().map(Documents::event).toList());
    }

    public static Json event(EventView event) {
        return Json.object(
                "seq",
                event.seq(),
                "at",
                event.at().toString(),
                "kind",
                event.kind(),
                "phaseId",
                event.phaseId().orElse(null),
                "taskId",
                event.taskId().orElse(null),
                "epoch",
                event.epoch().isPresent() ? event.epoch().getAsLong() : null,
                "attempt",
                event.attempt().isPresent() ? event.attempt().getAsInt() : null,
                "workerId",
                event.workerId().orElse(null),
                "data",
                event.data());
    }

    public static Json checkpoints(String taskId, List<CheckpointStore.Entry> entries) {
        return Json.object(
                "taskId",
                taskId,
                "checkpoints",
                entries.stream()
                        .map(entry -> Json.object(
                                "seq", entry.seq(),
                                "token", entry.token(),
                                "epoch", entry.epoch(),
                                "sizeBytes", entry.sizeBytes(),
                                "createdAt", entry.createdAt().toString()))
                        .toList());
    }

    private static Json summary(RunView run) {
        return Json.object(
                "runId", run.id(),
                "name", run.name(),
                "state", run.state().wire(),
                "reason", run.reason().orElse(null),
                "usage", usage(run.usage()),
                "createdAt", run.createdAt().toString(),
                "startedAt", instant(run.startedAt()),
                "finishedAt", instant(run.finishedAt()));
    }

    private static Json phase(RunView.Phase phase) {
        return Json.object(
                "phase",
                phase.name(),
                "state",
                phase.state().wire(),
                "reason",
                phase.reason().orElse(null),
                "tasks",
                phase.tasks().stream().map(Documents::task).toList());
    }

    private static Json task(RunView.Task task) {
        return Json.object(
                "id", task.id(),
                "target", task.target(),
                "name", task.name(),
                "shard", task.shard() < 0 ? null : task.shard(),
                "state", task.state().wire(),
                "attempts", task.attempts(),
                "epoch", task.epoch(),
                "output", task.output().orElse(null),
                "error", task.error().orElse(null),
                "progress", task.progress().orElse(null));
    }

    private static Json usage(Usage usage) {
        return Json.object("tokens", usage.tokens(), "costUsd", usage.costUsd(), "toolMs", usage.toolMs());
    }

    private static @Nullable String instant(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(null);
    }
}
