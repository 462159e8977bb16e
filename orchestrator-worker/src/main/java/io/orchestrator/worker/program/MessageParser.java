package io.orchestrator.worker.program;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonException;
import io.orchestrator.worker.program.MessageFields.WrongField;
import io.orchestrator.worker.program.ProgramMessage.AwaitChildren;
import io.orchestrator.worker.program.ProgramMessage.Failure;
import io.orchestrator.worker.program.ProgramMessage.Heartbeat;
import io.orchestrator.worker.program.ProgramMessage.LogLine;
import io.orchestrator.worker.program.ProgramMessage.NearMiss;
import io.orchestrator.worker.program.ProgramMessage.Result;
import io.orchestrator.worker.program.ProgramMessage.SaveCheckpoint;
import io.orchestrator.worker.program.ProgramMessage.Slip;
import io.orchestrator.worker.program.ProgramMessage.SubmitChild;
import io.orchestrator.worker.program.ProgramMessage.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one line of a program's stdout. Pure; any bytes are a valid line. A line that plainly is a message is never text:
 * what is wrong with it is told, and what that means is decided by the message's type.
 */
final class MessageParser {
    private static final Duration LONGEST_WAIT = Duration.ofDays(3_650);

    private MessageParser() {}

    static ProgramMessage parse(byte[] line) {
        String text = PlainText.of(line);
        String bare = LineDress.off(text);
        if (!bare.startsWith("{")) {
            return NearMisses.inText(text)
                    .<ProgramMessage>map(type -> new NearMiss(type, text, NearMisses.NOT_ALONE))
                    .orElseGet(() -> new Text(text));
        }
        Json json;
        try {
            json = Json.parse(bare);
        } catch (JsonException e) {
            return unreadable(bare, text, String.valueOf(e.getMessage()));
        }
        Json message = PlainText.clean(json, bare);
        String type = message.text("type").orElse("");
        if (!MessageTypes.KNOWN.contains(type)) {
            return unknown(message, text);
        }
        try {
            return known(type, new MessageFields(message), text);
        } catch (WrongField e) {
            return new Slip(type, text, e.getMessage(), !type.equals("usage") && !deniesRetry(message));
        }
    }

    private static ProgramMessage known(String type, MessageFields fields, String text) {
        return switch (type) {
            case "checkpoint" -> checkpoint(fields);
            case "heartbeat" -> new Heartbeat(fields.fraction("progress"), fields.text("message", ""));
            case "usage" -> fields.spending();
            case "log" -> new LogLine(fields.level(), fields.text("message"));
            case "result" -> new Result(fields.output());
            case "error" -> error(fields, text);
            case "child" -> new SubmitChild(fields.child());
            case "await_children" -> new AwaitChildren();
            default -> throw new IllegalStateException("the type '" + type + "' is known, and nobody reads it");
        };
    }

    /** Work is not lost for its name. */
    private static SaveCheckpoint checkpoint(MessageFields fields) {
        Json data = fields.storable("data");
        try {
            return new SaveCheckpoint(fields.text("token"), data, Optional.empty());
        } catch (WrongField e) {
            Json token = fields.any("token");
            return new SaveCheckpoint(
                    token.isNull() ? "unnamed" : Excerpt.of(token.toString()), data, Optional.of(e.getMessage()));
        }
    }

    /** An error is one, whatever else it says. */
    private static Failure error(MessageFields fields, String text) {
        String message = fields.text("message");
        List<String> slips = new ArrayList<>();
        boolean retryable = true;
        Duration wait = Duration.ZERO;
        try {
            retryable = fields.flag("retryable", true);
        } catch (WrongField e) {
            slips.add(e.getMessage());
            retryable = !deniesRetry(fields.message());
        }
        try {
            wait = Duration.ofMillis(fields.count("retryAfterMs", 0, LONGEST_WAIT.toMillis()));
        } catch (WrongField e) {
            slips.add(e.getMessage());
        }
        String whole = slips.isEmpty()
                ? message
                : message + "\n(the message had a slip in it: " + String.join("; ", slips) + ". The line: "
                        + Excerpt.of(text) + ")";
        return new Failure(whole, retryable, wait);
    }

    private static boolean deniesRetry(Json message) {
        return message.get("retryable")
                .filter(value -> value.asText().strip().equalsIgnoreCase("false"))
                .isPresent();
    }

    private static ProgramMessage unknown(Json message, String text) {
        return NearMisses.of(message)
                .<ProgramMessage>map(type -> new NearMiss(type, text, NearMisses.OTHER_TYPE))
                .orElseGet(() -> new Text(text));
    }

    private static ProgramMessage unreadable(String bare, String text, String problem) {
        Optional<String> type = LooseType.of(bare);
        if (type.filter(MessageTypes.KNOWN::contains).isPresent()) {
            boolean retryable = !type.get().equals("usage");
            return new Slip(type.get(), text, "it is not correct JSON: " + problem, retryable);
        }
        return type.flatMap(MessageTypes::meant)
                .or(() -> NearMisses.inText(text))
                .<ProgramMessage>map(meant -> new NearMiss(meant, text, "it is not correct JSON: " + problem))
                .orElseGet(() -> new Text(text));
    }
}
