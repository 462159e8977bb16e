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
import io.orchestrator.plan.AgentRef;
import io.orchestrator.plan.StuckRules;
import io.orchestrator.run.Failure;
import io.orchestrator.run.StuckDecisions;
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
        SHUTDOWN,
        /** It shows no sign of coming further, and the plan wants it ended: it is reported as failed. */
        STUCK
    }

    private static final Logger AGENT_LOG = LoggerFactory.getLogger("io.orchestrator.agent");

    private final ClaimedTask task;
    private final PhaseContext phase;
    private final DurableWrites writes;
    private final Activity activity;
    private final AtomicReference<Progress> progress = new AtomicReference<>(new Progress(-1, "", false));
    private final Spending spending;
    private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
    private final OwnChildren children;
    private volatile @Nullable Failure stuck;
    private volatile boolean over;
    private final AtomicReference<@Nullable Long> recalledAtNanos = new AtomicReference<>();
    private volatile boolean shutdownRequested;
    private volatile @Nullable WrapUp wrapUp;
    private volatile @Nullable Thread thread;

    private record Progress(double fraction, String message, boolean news) {}

    Attempt(ClaimedTask task, PhaseContext phase, DurableWrites writes, Ticks ticks) {
        this.task = task;
        this.phase = phase;
        this.writes = writes;
        this.spending = new Spending(this, writes);
        this.children = new OwnChildren(this, writes);
        this.activity = new Activity(ticks, task.usedBefore());
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

    /** Ends the body, to be reported as this failure. */
    void stopAsStuck(Failure failure) {
        stuck = failure;
        stop(Stop.STUCK);
    }

    /** Why it was ended as stuck. */
    Optional<Failure> stuckAs() {
        return Optional.ofNullable(stuck);
    }

    /** Says that the body has ended. */
    void bodyEnded() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** What the plan says about this task when it is stuck. */
    StuckRules stuckRules() {
        return phase.plan().phase(phase.phase()).agents().stream()
                .filter(agent -> agent.as().equals(task.name()))
                .findFirst()
                .map(AgentRef::stuck)
                .orElse(StuckRules.OFF);
    }

    StuckDecisions.Signs signs() {
        return activity.signs(used());
    }

    boolean becomesStuck(boolean now) {
        return activity.becomesStuck(now);
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
        Json input = phase.input().overlaidBy(task.input());
        return task.fellBack()
                .map(left -> input.with("fellBack", Json.object("from", left.from(), "error", left.error())))
                .orElse(input);
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
        call();
        writes.checkpoint(this, token, data);
        activity.progress(used());
    }

    @Override
    public Json step(String name, Callable<Json> body) throws Exception {
        callAndGoOn();
        Optional<Json> known = writes.stepResult(this, ofTarget(name));
        if (known.isPresent()) {
            return known.get();
        }
        Json result = body.call();
        checkTrusted();
        Json saved = writes.saveStep(this, ofTarget(name), result);
        activity.progress(used());
        return saved;
    }

    @Override
    public String stepKey(String name) {
        return task.runId() + "/" + hold().taskId() + "/" + ofTarget(name);
    }

    @Override
    public void heartbeat(double fraction, String message) {
        callAndGoOn();
        Progress now = new Progress(Math.clamp(fraction, 0.0, 1.0), message, true);
        Progress before = progress.getAndSet(now);
        if (before.fraction != now.fraction || !before.message.equals(message)) {
            activity.progress(used());
        }
    }

    @Override
    public void usage(long tokens, BigDecimal costUsd, long toolMs) {
        callAndGoOn();
        spending.add(new Usage(tokens, costUsd, toolMs));
        progress.updateAndGet(p -> new Progress(p.fraction, p.message, true));
    }

    @Override
    public void log(String message) {
        activity.output();
        // Named here, because a program's output is read on a thread that is not the attempt's.
        AGENT_LOG
                .atInfo()
                .addKeyValue("run", task.runId())
                .addKeyValue("task", hold().taskId())
                .addKeyValue("attempt", task.attempt())
                .log("{}: {}", task.name(), message);
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
    public void noteOutput() {
        activity.output();
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

    private void callAndGoOn() {
        checkMayGoOn();
        activity.output();
    }

    /** The steps of a fallback are its own: what another target has done is not what it would have done. */
    private String ofTarget(String step) {
        return task.fellBack().isPresent() ? task.target() + "/" + step : step;
    }

    private void call() {
        checkTrusted();
        activity.output();
    }

    void checkTrusted() {
        Stop reason = stop.get();
        if (reason != null) {
            throw new AttemptRevoked(
                    switch (reason) {
                        case REVOKED, LOST ->
                            "task " + hold().taskId() + " is no longer this worker's under epoch " + hold().epoch();
                        case FENCED -> "this worker could not renew its lease in time, so its attempts stop";
                        case STUCK -> "this attempt is ended because it is stuck";
                        case RECALLED -> "its run or its queue was paused, and the time for returning early is over";
                        case SHUTDOWN -> "this worker stops, and the time for returning early is over";
                    });
        }
    }
}
