package io.orchestrator.server;

import io.orchestrator.agent.LogLevel;
import io.orchestrator.json.Json;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.RunView;
import io.orchestrator.store.TaskLogs.Chunk;
import io.orchestrator.store.TaskLogs.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lines of agents' logs as the JSON documents that every door shows. A line is known by its task, its epoch and its number;
 * numbers that are missing are lines that are no longer kept. Pure.
 */
public final class LogDocument {
    private LogDocument() {}

    /** One line of a task. */
    public static Json line(Optional<String> phase, RunView.Task task, Chunk chunk, long number, LogLine line) {
        return line(chunk, number, line)
                .put("taskId", task.id())
                .put("phase", phase.orElse(null))
                .put("name", task.name())
                .put("shard", task.shard() < 0 ? null : task.shard())
                .build();
    }

    /** The lines of a task from a place on, and the place to ask for more with. */
    static Json of(String taskId, Place from, List<Chunk> chunks) {
        List<Json> lines = new ArrayList<>();
        Place next = from;
        for (Chunk chunk : chunks) {
            long number = chunk.firstLine();
            for (LogLine line : chunk.lines()) {
                if (new Place(chunk.hold().epoch(), number).compareTo(from) >= 0) {
                    lines.add(line(chunk, number, line).build());
                }
                number++;
            }
            next = chunk.after();
        }
        return Json.object(
                "taskId", taskId, "lines", lines, "next", Json.object("epoch", next.epoch(), "line", next.line()));
    }

    private static Json.ObjectBuilder line(Chunk chunk, long number, LogLine line) {
        return Json.builder()
                .put("at", line.at().toString())
                .put("attempt", chunk.attempt())
                .put("epoch", chunk.hold().epoch())
                .put("line", number)
                .put("stream", line.source().wire())
                .put("level", line.level().map(LogLevel::wire).orElse(null))
                .put("text", line.text());
    }
}
