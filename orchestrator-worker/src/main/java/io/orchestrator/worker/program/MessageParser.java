package io.orchestrator.worker.program;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonException;
import io.orchestrator.worker.program.ProgramMessage.AwaitChildren;
import io.orchestrator.worker.program.ProgramMessage.Failure;
import io.orchestrator.worker.program.ProgramMessage.Heartbeat;
import io.orchestrator.worker.program.ProgramMessage.LogLine;
import io.orchestrator.worker.program.ProgramMessage.Malformed;
import io.orchestrator.worker.program.ProgramMessage.Result;
import io.orchestrator.worker.program.ProgramMessage.SaveCheckpoint;
import io.orchestrator.worker.program.ProgramMessage.SpendReport;
import io.orchestrator.worker.program.ProgramMessage.SubmitChild;
import io.orchestrator.worker.program.ProgramMessage.Text;
import java.math.BigDecimal;
import java.time.Duration;

/** Reads one line of a program's stdout. Pure; any bytes are a valid line. */
final class MessageParser {
    private MessageParser() {}

    static ProgramMessage parse(byte[] line) {
        String text = PlainText.of(line);
        if (!text.stripLeading().startsWith("{")) {
            return new Text(text);
        }
        Json json;
        try {
            json = Json.parse(text);
        } catch (JsonException e) {
            return new Text(text);
        }
        String type = json.text("type").orElse("");
        try {
            return message(type, new MessageFields(PlainText.clean(json, text)), text);
        } catch (MessageFields.WrongField e) {
            return new Malformed(type, text, e.getMessage());
        }
    }

    private static ProgramMessage message(String type, MessageFields fields, String text) {
        return switch (type) {
            case "checkpoint" -> new SaveCheckpoint(fields.text("token"), fields.any("data"));
            case "heartbeat" -> new Heartbeat(fields.fraction("progress"), fields.text("message", ""));
            case "usage" ->
                new SpendReport(
                        fields.count("tokens", 0),
                        fields.amount("costUsd", BigDecimal.ZERO),
                        fields.count("toolMs", 0));
            case "log" -> new LogLine(fields.level(), fields.text("message"));
            case "result" -> new Result(fields.any("output"));
            case "error" ->
                new Failure(
                        fields.text("message"),
                        fields.flag("retryable", true),
                        Duration.ofMillis(fields.count("retryAfterMs", 0)));
            case "child" -> new SubmitChild(fields.child());
            case "await_children" -> new AwaitChildren();
            default -> new Text(text);
        };
    }
}
