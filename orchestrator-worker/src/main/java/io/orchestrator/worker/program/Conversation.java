package io.orchestrator.worker.program;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.LogLevel;
import io.orchestrator.agent.Printed;
import io.orchestrator.json.Json;
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
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a program says, passed on to the engine, and what is to be remembered of it. Not thread-safe. */
final class Conversation {
    private static final int MAX_TEXT_CHARS = 1024 * 1024;
    private static final int STDERR_TAIL_BYTES = 4 * 1024;

    private final String agent;
    private final AgentContext context;
    private final CollectedText text = new CollectedText(MAX_TEXT_CHARS);
    private final TextTail stderrTail = new TextTail(STDERR_TAIL_BYTES);
    private double progress;
    private @Nullable Json result;
    private @Nullable AgentFailure failure;
    private boolean awaiting;
    private boolean over;
    private boolean mute;

    Conversation(String agent, AgentContext context) {
        this.agent = agent;
        this.context = context;
    }

    void stderr(byte[] line) {
        stderrTail.addLine(line);
        context.printed(Printed.STDERR, PlainText.of(line));
    }

    void stdout(byte[] line) {
        ProgramMessage message = MessageParser.parse(line);
        switch (message) {
            case Text plain -> text(plain.text());
            case Malformed malformed -> {
                context.log(
                        LogLevel.WARN,
                        "not taken as a message of type '" + malformed.type() + "': " + malformed.reason());
                text(malformed.text());
            }
            case LogLine logLine -> context.log(logLine.level(), logLine.message());
            case SaveCheckpoint point ->
                unlessDecided("checkpoint", () -> context.checkpoint(point.token(), point.data()));
            case Heartbeat beat -> unlessDecided("heartbeat", () -> heartbeat(beat));
            case SpendReport spend ->
                unlessDecided("usage", () -> context.usage(spend.tokens(), spend.costUsd(), spend.toolMs()));
            case Result done -> unlessDecided("result", () -> result = done.output());
            case SubmitChild submission ->
                unlessDecided("child", () -> context.children().submit(submission.child()));
            case AwaitChildren wait -> unlessDecided("await_children", () -> awaiting = true);
            case Failure failed -> unlessDecided("error", () -> failure = failure(failed));
        }
    }

    /** The program has sent a result, an error or its wish to wait; nothing it sends afterwards counts. */
    boolean isDecided() {
        return result != null || failure != null || awaiting;
    }

    Optional<Json> result() {
        return Optional.ofNullable(result);
    }

    boolean awaitsChildren() {
        return awaiting;
    }

    Optional<AgentFailure> failure() {
        return Optional.ofNullable(failure);
    }

    Json collectedText() {
        return Json.of(text.text());
    }

    /** What an exit code other than 0 means. */
    AgentFailure exitFailure(int code) {
        String tail = stderrTail.text();
        String ending = tail.isEmpty() ? "; it wrote nothing to stderr" : "; its stderr ends with:\n" + tail;
        return AgentFailure.retryable("agent '" + agent + "' failed with " + ExitStatus.describe(code) + ending);
    }

    private void text(String line) {
        text.addLine(line);
        context.printed(Printed.STDOUT, line);
    }

    private void heartbeat(Heartbeat beat) {
        progress = beat.progress().orElse(progress);
        context.heartbeat(progress, beat.message());
    }

    /**
     * The attempt ends by the engine's will. What has been said until then still counts where it tells of money and of
     * work, if the attempt is trusted; else it is only logged.
     */
    void ended(boolean trusted) {
        over = true;
        mute = !trusted;
    }

    private void unlessDecided(String type, Runnable action) {
        if (mute || (over && !type.equals("usage") && !type.equals("checkpoint"))) {
            return;
        }
        if (isDecided()) {
            context.log(LogLevel.WARN, "ignored a message of type '" + type + "' after the " + decision());
        } else {
            action.run();
        }
    }

    private String decision() {
        if (awaiting) {
            return "await_children";
        }
        return result == null ? "error" : "result";
    }

    private static AgentFailure failure(Failure failed) {
        if (!failed.retryable()) {
            return AgentFailure.permanent(failed.message());
        }
        Duration wait = failed.retryAfter();
        return wait.isZero()
                ? AgentFailure.retryable(failed.message())
                : AgentFailure.retryableAfter(failed.message(), wait);
    }
}
