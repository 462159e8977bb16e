package io.orchestrator.worker.program;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonSequence;
import io.orchestrator.json.StorableText;
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
import java.util.regex.Pattern;

/**
 * Reads one line of a program's stdout. Pure; any bytes are a valid line. A line that plainly is a message, or several, is
 * never text: what is wrong with it is told, and what that means is decided by the message's type.
 */
final class MessageParser {
    private static final Duration LONGEST_WAIT = Duration.ofDays(3_650);

    /** In a line that is no correct JSON, whatever its quotes are. */
    private static final Pattern DENIES_RETRY = Pattern.compile("\\bretryable[\"']?\\s*[:=]\\s*[\"']?[Ff]alse\\b");

    private MessageParser() {}

    /** In their order. One that says nothing but text is the whole line, however many objects stand on it. */
    static List<ProgramMessage> parse(byte[] line) {
        String text = PlainText.of(line);
        String bare = LineDress.off(text);
        if (!bare.startsWith("{")) {
            return List.of(NearMisses.inText(text)
                    .<ProgramMessage>map(type -> new NearMiss(type, text, NearMisses.NOT_ALONE))
                    .orElseGet(() -> new Text(text)));
        }
        JsonSequence found = JsonSequence.of(bare);
        boolean escapes = PlainText.hasEscapes(bare);
        if (found.isComplete() && found.objects().size() == 1) {
            return List.of(read(found.objects().getFirst().value(), escapes, text));
        }
        List<ProgramMessage> messages = new ArrayList<>();
        for (JsonSequence.Member one : found.objects()) {
            String piece = found.text().substring(one.from(), one.to());
            messages.add(read(one.value(), escapes, PlainText.clean(piece)));
        }
        if (!found.isComplete()) {
            String rest = PlainText.clean(found.text().substring(found.end()));
            messages.add(unreadable(rest, messages.isEmpty() ? text : rest, found.problem()));
        }
        return oneEnd(together(messages, text), text);
    }

    private static ProgramMessage read(Json json, boolean escapes, String text) {
        Json message = escapes ? PlainText.clean(json) : json;
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

    private static List<ProgramMessage> together(List<ProgramMessage> messages, String text) {
        boolean onlyText = messages.stream().allMatch(one -> one instanceof Text || one instanceof NearMiss);
        if (messages.size() == 1 || !onlyText) {
            return messages;
        }
        return List.of(messages.stream()
                .filter(NearMiss.class::isInstance)
                .map(NearMiss.class::cast)
                .findFirst()
                .<ProgramMessage>map(near -> new NearMiss(near.type(), text, near.reason()))
                .orElseGet(() -> new Text(text)));
    }

    /** On one line nobody knows which of two ends came first, or whether both were meant. */
    private static List<ProgramMessage> oneEnd(List<ProgramMessage> messages, String text) {
        List<ProgramMessage> ends =
                messages.stream().filter(ProgramMessage::decides).toList();
        if (ends.size() < 2) {
            return messages;
        }
        List<ProgramMessage> mended = new ArrayList<>(messages);
        mended.removeIf(ProgramMessage::decides);
        boolean retryable = ends.stream().allMatch(MessageParser::mayBeTriedAgain);
        String reason = ends.size() + " messages on one line would each end the attempt";
        mended.add(new Slip(typeOf(ends.getFirst()), text, reason, retryable));
        return mended;
    }

    private static boolean mayBeTriedAgain(ProgramMessage end) {
        return switch (end) {
            case Failure failed -> failed.retryable();
            case Slip slip -> slip.retryable();
            default -> true;
        };
    }

    private static String typeOf(ProgramMessage end) {
        return switch (end) {
            case Failure ignored -> "error";
            case AwaitChildren ignored -> "await_children";
            case Slip slip -> slip.type();
            default -> "result";
        };
    }

    private static ProgramMessage known(String type, MessageFields fields, String text) {
        return switch (type) {
            case "checkpoint" -> checkpoint(fields, text);
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
    private static SaveCheckpoint checkpoint(MessageFields fields, String text) {
        Json data = fields.storable("data");
        Json token = fields.any("token");
        try {
            String name = fields.text("token");
            Optional<String> fault = StorableText.faultOfName("field 'token'", name);
            if (fault.isEmpty()) {
                return new SaveCheckpoint(name, data, Optional.empty());
            }
            throw new WrongField(fault.get());
        } catch (WrongField e) {
            String name = token.isNull() ? "unnamed" : Excerpt.of(token.asText());
            return new SaveCheckpoint(name, data, Optional.of(new Slip("checkpoint", text, e.getMessage(), true)));
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
        List<String> types = LooseType.allOf(bare);
        Optional<String> known = MessageTypes.gravest(types);
        if (known.isPresent()) {
            List<String> within = MessageTypes.fails(known.get()) ? List.of() : NearMisses.graveIn(bare);
            String type = MessageTypes.gravest(within).orElse(known.get());
            boolean retryable =
                    !type.equals("usage") && !DENIES_RETRY.matcher(bare).find();
            return new Slip(type, text, "it is not correct JSON: " + problem, retryable);
        }
        return types.stream()
                .flatMap(type -> MessageTypes.meant(type).stream())
                .findFirst()
                .or(() -> NearMisses.inText(text))
                .<ProgramMessage>map(meant -> new NearMiss(meant, text, "it is not correct JSON: " + problem))
                .orElseGet(() -> new Text(text));
    }
}
