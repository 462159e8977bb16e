package io.orchestrator.worker.program;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Children;
import io.orchestrator.agent.Freezable;
import io.orchestrator.agent.LogLevel;
import io.orchestrator.agent.Printed;
import io.orchestrator.agent.TaskInfo;
import io.orchestrator.agent.WrapUp;
import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine's side that remembers what it is told, and asks for what a test sets. */
final class RecordingContext implements AgentContext {
    final List<String> calls = new CopyOnWriteArrayList<>();
    /** A queue, as a program may say a hundred thousand lines. */
    final Queue<String> logs = new ConcurrentLinkedQueue<>();
    /** As {@link #logs}, each with where it comes from. */
    final Queue<String> said = new ConcurrentLinkedQueue<>();

    final List<String> slips = new CopyOnWriteArrayList<>();
    final String taskId = UUID.randomUUID().toString();
    volatile Json input = Json.object("path", ".");
    volatile Optional<Checkpoint> resume = Optional.empty();
    volatile Optional<WrapUp> wrapUp = Optional.empty();
    volatile List<ChildResult> childResults = List.of();
    volatile Optional<Freezable> body = Optional.empty();
    volatile boolean cancelled;
    volatile boolean shutdownRequested;
    volatile Runnable onCheckpoint = () -> {};
    volatile Runnable onUsage = () -> {};
    volatile Runnable onAwait = () -> {};
    volatile Runnable onHeartbeat = () -> {};

    @Override
    public TaskInfo task() {
        Optional<Instant> deadline = Optional.of(Instant.parse("2030-01-02T03:04:05Z"));
        return new TaskInfo(taskId, "run-1", "INTAKE", "agent", "Lister", 2, 7, deadline);
    }

    @Override
    public Json input() {
        return input;
    }

    @Override
    public Json upstream() {
        return Json.EMPTY_OBJECT;
    }

    @Override
    public Json budget() {
        return Json.object("tokens", 1000);
    }

    @Override
    public Optional<Checkpoint> resume() {
        return resume;
    }

    @Override
    public void checkpoint(String token, Json data) {
        onCheckpoint.run();
        calls.add("checkpoint " + token + " " + data);
    }

    @Override
    public Json step(String name, Callable<Json> body) throws Exception {
        return body.call();
    }

    @Override
    public String stepKey(String name) {
        return name;
    }

    @Override
    public void heartbeat(double progress, String message) {
        onHeartbeat.run();
        calls.add("heartbeat " + progress + " " + message);
    }

    @Override
    public void usage(long tokens, BigDecimal costUsd, long toolMs) {
        onUsage.run();
        calls.add("usage " + tokens + " " + costUsd + " " + toolMs);
    }

    @Override
    public void log(String message) {
        logs.add(message);
    }

    @Override
    public void log(LogLevel level, String message) {
        said.add(level.wire() + " " + message);
        log(message);
    }

    @Override
    public void printed(Printed where, String line) {
        said.add(where.name().toLowerCase(Locale.ROOT) + " " + line);
        log(line);
    }

    @Override
    public void noteSlip(String type, String reason, String line) {
        slips.add(type + ": " + reason);
    }

    @Override
    public Children children() {
        return new Children() {
            @Override
            public void submit(ChildSpec child) {
                calls.add("child " + child.key() + " " + child.type() + " " + child.target() + " " + child.input());
            }

            @Override
            public List<ChildResult> results() {
                return childResults;
            }
        };
    }

    @Override
    public AwaitingChildren awaitChildren() {
        onAwait.run();
        return new AwaitingChildren(taskId);
    }

    @Override
    public void canStandStill(Freezable what) {
        body = Optional.of(what);
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public boolean shutdownRequested() {
        return shutdownRequested;
    }

    @Override
    public Optional<WrapUp> wrapUp() {
        return wrapUp;
    }
}
