package io.orchestrator.server;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs and their events as the JSON documents that every door of the product shows: the same fields in the same order
 * over HTTP and on the command line. States are in lower case, instants in ISO 8601 and UTC; what is absent is null, so
 * that a reader finds each field in each document. Pure.
 */
public final class RunDocument {
    private RunDocument() {}

    /** A run with its phases. {@code tasks} is an empty array in a view that was read without tasks. */
    public static Json of(RunView run) {
        return Json.builder()
                .put("runId", run.id())
                .put("name", run.name())
                .put("state", run.state().wire())
                .put("reason", orNull(run.reason()))
                .put("phases", run.phases().stream().map(RunDocument::phase).toList())
                .put("usage", usage(run.usage()))
                .put("createdAt", run.createdAt().toString())
                .put("startedAt", instant(run.startedAt()))
                .put("finishedAt", instant(run.finishedAt()))
                .put("paused", orNull(run.paused().map(RunDocument::paused)))
                .put("startAt", instant(run.startAt()))
                .build();
    }

    /** Events in the order of their sequence numbers, and the number to ask for more with. */
    public static Json ofEvents(String runId, long after, List<EventView> events) {
        long last = events.isEmpty() ? after : events.getLast().seq();
        return Json.object(
                "runId",
                runId,
                "events",
                events.stream().map(RunDocument::event).toList(),
                "last",
                last);
    }

    /** Since when a run is paused, and why. */
    public static Json paused(RunView.Paused paused) {
        return Json.object("since", paused.since().toString(), "reason", paused.reason());
    }

    private static Json phase(RunView.Phase phase) {
        return Json.builder()
                .put("phase", phase.name())
                .put("state", phase.state().wire())
                .put("reason", orNull(phase.reason()))
                .put("round", phase.round())
                .put("total", phase.total())
                .put("completed", phase.completed())
                .put("failed", phase.failed())
                .put("running", phase.running())
                .put("takenFrom", orNull(phase.takenFrom()))
                .put("tasks", phase.tasks().stream().map(RunDocument::task).toList())
                .build();
    }

    private static Json task(RunView.Task task) {
        return Json.builder()
                .put("id", task.id())
                .put("target", task.target())
                .put("name", task.name())
                .put("shard", task.shard() < 0 ? null : task.shard())
                .put("round", task.round())
                .put("state", task.state().wire())
                .put("attempts", task.attempts())
                .put("epoch", task.epoch())
                .put("output", orNull(task.output()))
                .put("error", orNull(task.error()))
                .put("progress", orNull(task.progress()))
                .put("message", orNull(task.message()))
                .put("workerId", orNull(task.workerId()))
                .put("usage", usage(task.usage()))
                .put("startedAt", instant(task.startedAt()))
                .put("finishedAt", instant(task.finishedAt()))
                .build();
    }

    private static Json usage(Usage usage) {
        return Json.object("tokens", usage.tokens(), "costUsd", usage.costUsd(), "toolMs", usage.toolMs());
    }

    private static Json event(EventView event) {
        return Json.builder()
                .put("seq", event.seq())
                .put("at", event.at().toString())
                .put("kind", event.kind())
                .put("phaseId", orNull(event.phaseId()))
                .put("taskId", orNull(event.taskId()))
                .put("epoch", event.epoch().isPresent() ? event.epoch().getAsLong() : null)
                .put("attempt", event.attempt().isPresent() ? event.attempt().getAsInt() : null)
                .put("workerId", orNull(event.workerId()))
                .put("data", event.data())
                .build();
    }

    private static @Nullable Object orNull(Optional<?> value) {
        return value.isPresent() ? value.get() : null;
    }

    private static @Nullable Object instant(Optional<Instant> at) {
        return orNull(at.map(Instant::toString));
    }
}
