package io.orchestrator.worker;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Children;
import io.orchestrator.agent.TaskInfo;
import io.orchestrator.agent.Usage;
import io.orchestrator.agent.WrapUp;
import io.orchestrator.json.Json;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.PhaseContext;
import io.orchestrator.store.TaskStore.Heartbeat;
import io.orchestrator.time.Ticks;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One try at a task: the agent's context, and the engine's handle on it. Thread-safe. */
final class Attempt implements AgentContext {
    /** Why an attempt is being stopped, which decides what is reported. */
    enum Stop {
        /** The engine ended the task, by a cancel or a timebox: nothing is reported. */
        REVOKED,
        /** The lease was taken away, and the task may be running elsewhere: nothing is reported. */
        LOST,
        /** This worker can no longer be sure of its lease: the task is handed back, which counts only if it still may. */
        FENCED,
        /** Its run or its queue was paused, and the time for an orderly return is over: the task is handed back. */
        RECALLED,
        /** This worker is stopping and the time for an orderly return is over: the task is handed back. */
        SHUTDOWN
    }

    private static final Logger AGENT_LOG = LoggerFactory.getLogger("io.orchestrator.agent");

    private final ClaimedTask task;
    private final PhaseContext phase;
    private final DurableWrites writes;
    private final AtomicReference<Progress> progress = new AtomicReference<>(new Progress(-1, "", false));
    private final Spending spending;
    private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
    private final OwnChildren children;
    private final AtomicReference<@Nullable Long> recalledAtNanos = new AtomicReference<>();
    private volatile boolean shutdownRequested;
    private volatile @Nullable WrapUp wrapUp;
    private volatile @Nullable Thread thread;

    private record Progress(double fraction, String message, boolean news) {}

    Attempt(ClaimedTask task, PhaseContext phase, DurableWrites writes) {
        this.task = task;
        this.phase = phase;
        this.writes = writes;
        this.spending = new Spending(this, writes);
        this.children = new OwnChildren(this, writes);
    }

    Hold hold() {
        return task.hold();
    }

    ClaimedTask claimed() {
        return task;
    }

    PhaseContext phase() {
        return phase;
    }

    /** Totals of the task over all its attempts. */
    Usage used() {
        return spending.totals();
    }

    Optional<Stop> stopped() {
        return Optional.ofNullable(stop.get());
    }

    /** Nothing that it reports can count. */
    boolean isRefused() {
        Stop reason = stop.get();
        return reason == Stop.REVOKED || reason == Stop.LOST;
    }

    void runsOn(Thread executing) {
        thread = executing;
        if (stop.get() != null) {
            executing.interrupt();
        }
    }

    /** Ends the body: its next call to the context throws, and its thread is interrupted. The first reason stays. */
    void stop(Stop reason) {
        if (stop.compareAndSet(null, reason)) {
            Thread executing = thread;
            if (executing != null) {
                executing.interrupt();
            }
        }
    }

    void requestShutdown() {
        shutdownRequested = true;
    }

    /** Asks the body to return early, if that was not asked before; how long ago it was first asked. */
    Duration recalledFor(Ticks ticks) {
        recalledAtNanos.compareAndSet(null, ticks.nanos());
        shutdownRequested = true;
        Long asked = recalledAtNanos.get();
        return asked == null ? Duration.ZERO : ticks.since(asked);
    }

    void requestWrapUp(WrapUp notice) {
        if (wrapUp == null) {
            wrapUp = notice;
        }
    }

    boolean wasAskedToWrapUp() {
        return wrapUp != null;
    }

    /** What the next heartbeat carries, and whether there is news since the last one. */
    Heartbeat heartbeat() {
        Progress now = progress.get();
        return new Heartbeat(hold(), now.fraction, now.message, used());
    }

    boolean takeNews() {
        return progress.getAndUpdate(p -> new Progress(p.fraction, p.message, false)).news;
    }

    @Override
    public TaskInfo task() {
        return new TaskInfo(
                hold().taskId(),
                task.runId(),
                phase.phase(),
                task.type().wire(),
                task.target(),
                task.attempt(),
                hold().epoch(),
                deadline());
    }

    private Optional<Instant> deadline() {
        return task.deadline();
    }

    @Override
    public Json input() {
        return phase.input().overlaidBy(task.input());
    }

    @Override
    public Json upstream() {
        return phase.upstream();
    }

    @Override
    public Json budget() {
        return task.budget();
    }

    @Override
    public Optional<Checkpoint> resume() {
        return task.checkpoint();
    }

    @Override
    public void checkpoint(String token, Json data) {
        checkTrusted();
        writes.checkpoint(this, token, data);
    }

    @Override
    public Json step(String name, Callable<Json> body) throws Exception {
        checkMayGoOn();
        Optional<Json> known = writes.stepResult(this, name);
        if (known.isPresent()) {
            return known.get();
        }
        Json result = body.call();
        checkTrusted();
        return writes.saveStep(this, name, result);
    }

    @Override
    public String stepKey(String name) {
        return task.runId() + "/" + hold().taskId() + "/" + name;
    }

    @Override
    public void heartbeat(double fraction, String message) {
        checkMayGoOn();
        progress.set(new Progress(Math.clamp(fraction, 0.0, 1.0), message, true));
    }

    @Override
    public void usage(long tokens, BigDecimal costUsd, long toolMs) {
        checkMayGoOn();
        spending.add(new Usage(tokens, costUsd, toolMs));
        progress.updateAndGet(p -> new Progress(p.fraction, p.message, true));
    }

    @Override
    public void log(String message) {
        AGENT_LOG.info("{}: {}", task.name(), message);
    }

    @Override
    public Children children() {
        return children;
    }

    @Override
    public AwaitingChildren awaitChildren() {
        return children.await();
    }

    @Override
    public boolean cancelled() {
        return stop.get() != null;
    }

    @Override
    public boolean abandoned() {
        Stop reason = stop.get();
        return reason == Stop.LOST || reason == Stop.FENCED;
    }

    @Override
    public boolean shutdownRequested() {
        return shutdownRequested;
    }

    @Override
    public Optional<WrapUp> wrapUp() {
        return Optional.ofNullable(wrapUp);
    }

    /** Saving a checkpoint needs no more than trust, so that what was paid for is kept. */
    void checkMayGoOn() {
        checkTrusted();
        spending.checkMoney();
    }

    void checkTrusted() {
        Stop reason = stop.get();
        if (reason != null) {
            throw new AttemptRevoked(
                    switch (reason) {
                        case REVOKED, LOST ->
                            "task " + hold().taskId() + " is no longer this worker's under epoch " + hold().epoch();
                        case FENCED -> "this worker could not renew its lease in time, so its attempts stop";
                        case RECALLED -> "its run or its queue was paused, and the time for returning early is over";
                        case SHUTDOWN -> "this worker stops, and the time for returning early is over";
                    });
        }
    }
}
