package io.orchestrator.worker.program;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.BudgetExhausted;
import io.orchestrator.agent.LogLevel;
import io.orchestrator.agent.Printed;
import io.orchestrator.json.Json;
import io.orchestrator.worker.program.ProgramMessage.AwaitChildren;
import io.orchestrator.worker.program.ProgramMessage.Failure;
import io.orchestrator.worker.program.ProgramMessage.Heartbeat;
import io.orchestrator.worker.program.ProgramMessage.LogLine;
import io.orchestrator.worker.program.ProgramMessage.NearMiss;
import io.orchestrator.worker.program.ProgramMessage.Result;
import io.orchestrator.worker.program.ProgramMessage.SaveCheckpoint;
import io.orchestrator.worker.program.ProgramMessage.Slip;
import io.orchestrator.worker.program.ProgramMessage.SpendReport;
import io.orchestrator.worker.program.ProgramMessage.SubmitChild;
import io.orchestrator.worker.program.ProgramMessage.Text;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a program says, passed on to the engine, and what is to be remembered of it. Not thread-safe. */
final class Conversation {
    private static final int MAX_TEXT_CHARS = 1024 * 1024;
    private static final int STDERR_TAIL_BYTES = 4 * 1024;

    private final String agent;
    private final AgentContext context;
    private final CollectedText text = new CollectedText(MAX_TEXT_CHARS);
    private final TextTail stderrTail = new TextTail(STDERR_TAIL_BYTES);
    private final Queue<ProgramMessage> unheard = new ArrayDeque<>();
    private final Set<String> told = new HashSet<>();
    private double progress;
    private @Nullable Json result;
    private @Nullable AgentFailure failure;
    private boolean awaiting;
    private boolean slipped;
    private boolean mustStop;
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
        unheard.addAll(MessageParser.parse(line));
        hearRest();
    }

    /** What came behind a message at which the engine's will ended the attempt; there may be money in it. */
    void hearRest() {
        for (ProgramMessage next = unheard.poll(); next != null; next = unheard.poll()) {
            hear(next);
        }
    }

    private void hear(ProgramMessage message) {
        switch (message) {
            case Text plain -> text(plain.text());
            case NearMiss near -> {
                tell(near.type(), near.reason(), near.text());
                text(near.text());
            }
            case Slip slip -> slip(slip);
            case LogLine logLine -> context.log(logLine.level(), logLine.message());
            case SaveCheckpoint point -> checkpoint(point);
            case Heartbeat beat -> unlessDecided("heartbeat", () -> heartbeat(beat));
            case SpendReport spend -> spend(spend);
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

    /** Nothing can come of what the program still does, and it does not know. */
    boolean mustStop() {
        return mustStop;
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

    /** The first slip that fails the attempt is its reason; none is overruled by what comes later, nor by a result. */
    private void slip(Slip slip) {
        if (!slip.fails()) {
            tell(slip.type(), slip.reason(), slip.text());
            text(slip.text());
        } else if (over || (isDecided() && !slip.type().equals("usage"))) {
            tell(slip.type(), slip.reason() + "; it came after the end of the attempt was decided", slip.text());
        } else {
            tell(slip.type(), slip.reason(), slip.text());
            slipped = true;
            mustStop |= slip.stops();
            if (failure == null) {
                failure = failure(slip);
            }
        }
    }

    private AgentFailure failure(Slip slip) {
        String message = "agent '" + agent + "' sent a message of type '" + slip.type()
                + "' with a slip in it, so that what it says is not certain: " + slip.reason() + ". The line: "
                + Excerpt.of(slip.text());
        return slip.retryable() ? AgentFailure.retryable(message) : AgentFailure.permanent(message);
    }

    /** In the log each time, in the run's events once for each type. */
    private void tell(String type, String reason, String line) {
        context.log(LogLevel.WARN, "a message of type '" + type + "', as it seems, has a slip in it: " + reason);
        if (!mute && told.add(type)) {
            context.noteSlip(type, reason, Excerpt.of(line));
        }
    }

    /** What was spent counts, whatever else has been decided. */
    private void spend(SpendReport spend) {
        if (mute) {
            context.log(
                    LogLevel.WARN,
                    "usage that came when the attempt had lost its task is not counted: " + spend.tokens() + " tokens, "
                            + spend.costUsd().toPlainString() + " USD, " + spend.toolMs() + " ms");
            return;
        }
        spend.uncounted().ifPresent(reason -> tell("usage", reason, ""));
        try {
            context.usage(spend.tokens(), spend.costUsd(), spend.toolMs());
        } catch (BudgetExhausted e) {
            if (!over && !isDecided()) {
                throw e;
            }
            context.log(LogLevel.WARN, "usage after the end of the attempt was decided: " + e.getMessage());
        }
    }

    /** An attempt that fails for a slip may still save what it has, for the next one to go on from. */
    private void checkpoint(SaveCheckpoint point) {
        point.slip().ifPresent(slip -> tell("checkpoint", slip.reason(), slip.text()));
        if (slipped && !mute) {
            context.checkpoint(point.token(), point.data());
        } else {
            unlessDecided("checkpoint", () -> context.checkpoint(point.token(), point.data()));
        }
    }

    /** What comes too late to be read is not known, which is told where there may be money in it. */
    void cutOff(String holders) {
        tell(
                "usage",
                holders + " still held the program's stdout after the " + decision() + " and the program's end, and was"
                        + " ended; usage that it had not reported yet is not counted: a program has to wait for what it"
                        + " starts, or start it with its output elsewhere (>/dev/null 2>&1)",
                "");
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
        if (mute || (over && !type.equals("checkpoint"))) {
            return;
        }
        if (isDecided()) {
            context.log(LogLevel.WARN, "ignored a message of type '" + type + "' after the " + decision());
        } else {
            action.run();
        }
    }

    private String decision() {
        if (failure != null) {
            return "error";
        }
        return awaiting ? "await_children" : "result";
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
