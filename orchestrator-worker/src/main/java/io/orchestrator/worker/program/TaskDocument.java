package io.orchestrator.worker.program;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.TaskInfo;
import io.orchestrator.agent.WrapUp;
import io.orchestrator.json.Json;
import java.nio.charset.StandardCharsets;

/** What a program reads on stdin: the task first, control lines later. Each is one line. */
final class TaskDocument {
    private TaskDocument() {}

    static byte[] of(AgentContext context) {
        return line(Json.builder()
                .put("task", task(context.task()))
                .put("input", context.input())
                .put("upstream", context.upstream())
                .put(
                        "checkpoint",
                        context.resume()
                                .map(point -> Json.object("token", point.token(), "data", point.data()))
                                .orElse(Json.NULL))
                .put("budget", context.budget())
                .put(
                        "children",
                        Json.array(context.children().results().stream()
                                .map(TaskDocument::child)
                                .toList()))
                .build());
    }

    static byte[] wrapUp(WrapUp notice) {
        Json.ObjectBuilder fields = Json.builder()
                .put("type", "wrapUp")
                .put("deadline", notice.deadline().toString())
                .put("remainingMs", notice.remaining().toMillis());
        notice.tokensLeft().ifPresent(tokens -> fields.put("tokensLeft", tokens));
        notice.usdLeft().ifPresent(usd -> fields.put("usdLeft", usd));
        return line(fields.build());
    }

    private static Json child(ChildResult child) {
        return Json.object(
                "key", child.key(),
                "taskId", child.taskId(),
                "state", child.state(),
                "output", child.output().orElse(Json.NULL),
                "error", child.error().orElse(null));
    }

    private static Json task(TaskInfo task) {
        return Json.object(
                "id", task.id(),
                "runId", task.runId(),
                "phase", task.phase(),
                "type", task.type(),
                "target", task.target(),
                "attempt", task.attempt(),
                "epoch", task.epoch(),
                "deadline", task.deadline().map(Object::toString).orElse(null));
    }

    private static byte[] line(Json document) {
        return (document + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
