package io.orchestrator.cli.view;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.server.RunDocument;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.time.Instant;
import java.util.List;

/**
 * The JSON documents that commands write with {@code -o json}, beside {@link RunDocument} and made of its parts. A field
 * that has no value is there, as null. States are in lower case, instants in ISO 8601 and UTC.
 */
public final class Documents {
    private Documents() {}

    /** Runs without their phases. */
    public static Json runs(List<RunView> runs) {
        return Json.object("runs", runs.stream().map(Documents::summary).toList());
    }

    /** The tasks of all phases, in order, each with the name of its phase. */
    public static Json tasks(RunView run) {
        List<Json> tasks = field(RunDocument.of(run), "phases").stream()
                .flatMap(phase -> field(phase, "tasks").stream()
                        .map(task -> task.with("phase", phase.text("phase").orElse(""))))
                .toList();
        return Json.object("runId", run.id(), "tasks", tasks);
    }

    /** As over HTTP, each event with the names of what it is about. */
    public static Json events(String runId, long after, List<EventView> events, EventNames names) {
        Json bare = RunDocument.ofEvents(runId, after, events);
        return bare.with(
                "events", events.stream().map(event -> event(event, names)).toList());
    }

    public static Json event(EventView event, EventNames names) {
        return field(RunDocument.ofEvents(event.runId(), 0, List.of(event)), "events")
                .getFirst()
                .with("phase", names.phase(event).orElse(null))
                .with("task", names.task(event).orElse(null))
                .with("target", names.target(event).orElse(null));
    }

    public static Json checkpoints(String taskId, List<CheckpointStore.Entry> entries) {
        return Json.object(
                "taskId",
                taskId,
                "checkpoints",
                entries.stream().map(Documents::checkpoint).toList());
    }

    private static Json checkpoint(CheckpointStore.Entry entry) {
        return Json.builder()
                .put("seq", entry.seq())
                .put("token", entry.token())
                .put("epoch", entry.epoch())
                .put("sizeBytes", entry.sizeBytes())
                .put("createdAt", entry.createdAt().toString())
                .build();
    }

    private static Json summary(RunView run) {
        return Json.builder()
                .put("runId", run.id())
                .put("name", run.name())
                .put("state", run.state().wire())
                .put("reason", run.reason().orElse(null))
                .put("usage", usage(run.usage()))
                .put("createdAt", run.createdAt().toString())
                .put("startedAt", run.startedAt().map(Instant::toString).orElse(null))
                .put("finishedAt", run.finishedAt().map(Instant::toString).orElse(null))
                .put("paused", run.paused().map(RunDocument::paused).orElse(null))
                .put("startAt", run.startAt().map(Instant::toString).orElse(null))
                .build();
    }

    private static Json usage(Usage usage) {
        return Json.object("tokens", usage.tokens(), "costUsd", usage.costUsd(), "toolMs", usage.toolMs());
    }

    private static List<Json> field(Json document, String name) {
        return document.get(name).map(Json::elements).orElse(List.of());
    }
}
