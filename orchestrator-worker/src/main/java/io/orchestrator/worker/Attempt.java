package io.orchestrator.worker;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Children;
import io.orchestrator.agent.Freezable;
import io.orchestrator.agent.LogLevel;
import io.orchestrator.agent.Printed;
import io.orchestrator.agent.TaskInfo;
import io.orchestrator.agent.Usage;
import io.orchestrator.agent.WrapUp;
import io.orchestrator.attempt.CutOffDecisions;
import io.orchestrator.attempt.Handed;
import io.orchestrator.attempt.Standing;
import io.orchestrator.attempt.Stop;
import io.orchestrator.attempt.TaskInHand;
import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.StuckDecisions;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.TaskStore.Heartbeat;
import io.orchestrator.time.Ticks;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One try at a task: the agent's context, and the engine's handle on it. Thread-safe. */
final class Attempt implements AgentContext {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final TaskInHand task;
    private final DurableWrites writes;
    private final AttemptLog log;
    private final Activity activity;
    private final AtomicReference<Progress> progress = new AtomicReference<>(new Progress(-1, "", false));
    private final Spending spending;
    private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
    private final OwnChildren children;
    private final Standstill standstill;
    private volatile boolean over;
    private final AtomicReference<@Nullable Long> recalledAtNanos = new AtomicReference<>();
    private volatile boolean shutdownRequested;
    private volatile @Nullable WrapUp wrapUp;
    private volatile @Nullable Thread thread;

    private record Progress(double fraction, String message, boolean news) {}

    Attempt(TaskInHand task, DurableWrites writes, AttemptLog log, Ticks ticks, PoolUsage ofPool) {
        this.task = task;
        this.writes = writes;
        this.log = log;
        this.spending = new Spending(this, writes, ofPool);
        this.children = new OwnChildren(this, writes);
        this.activity = new Activity(ticks, task.claimed().usedBefore());
        this.standstill = new Standstill(ticks);
    }

    Hold hold() {
        return task.claimed().hold();
    }

    /** What it says. */
    AttemptLog log() {
        return log;
    }

    TaskInHand inHand() {
        return task;
    }

    ClaimedTask claimed() {
        return task.claimed();
    }

    /** Totals of the task over all its attempts. */
    Usage used() {
        return spending.totals();
    }

    Optional<Stop> stopped() {
        return Optional.ofNullable(stop.get());
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

    /** Does what the standing of its worker asks for; what that was. Never waits. */
    CutOffDecisions.Move follow(Standing standing, Duration frozenAtMost) {
        if (over || stop.get() != null) {
            return CutOffDecisions.Move.NOTHING;
        }
        CutOffDecisions.Body body = standstill.body();
        CutOffDecisions.Move move = CutOffDecisions.move(standing, body, frozenAtMost);
        switch (move) {
            case NOTHING -> {
                if (standstill.isOn()) {
                    standstill.hold(this::couldNotStandStill);
                }
            }
            case FREEZE -> {
                activity.standsStill();
                standstill.hold(this::couldNotStandStill);
            }
            case THAW -> {
                Duration length = standstill.end();
                activity.goesOn();
                log.engine(
                        LogLevel.WARN,
                        "stood still for " + length.toMillis()
                                + " ms, while its worker could not be sure of its lease");
            }
            case STOP -> stop(new Stop.Fenced());
            case GIVE_UP -> stop(new Stop.Lost());
        }
        return move;
    }

    /** Then it has to end, because its task may be running elsewhere soon. */
    private void couldNotStandStill() {
        LOG.warn("task {}: its agent cannot be made to stand still, and is ended", hold().taskId());
        stop(new Stop.Fenced());
    }

    boolean standsStill() {
        return !over && standstill.isOn();
    }

    /** Whether its body, which has not begun, still should. */
    boolean mayBegin() {
        return stop.get() == null && !shutdownRequested;
    }

    /** Says that the body has ended. */
    void bodyEnded() {
        over = true;
    }

    boolean isOver() {
        return over;
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

    /** What the next heartbeat carries, and whether there is news since the last one. */
    Heartbeat heartbeat() {
        Progress now = progress.get();
        return new Heartbeat(hold(), now.fraction, now.message, used());
    }

    void hasNews() {
        progress.updateAndGet(p -> new Progress(p.fraction, p.message, true));
    }

    boolean takeNews() {
        return progress.getAndUpdate(p -> new Progress(p.fraction, p.message, false)).news;
    }

    @Override
    public TaskInfo task() {
        return task.info();
    }

    @Override
    public Json input() {
        return task.input();
    }

    @Override
    public Json upstream() {
        return task.phase().upstream();
    }

    @Override
    public Json budget() {
        return task.claimed().budget();
    }

    @Override
    public Optional<Checkpoint> resume() {
        return task.claimed().checkpoint();
    }

    @Override
    public void checkpoint(String token, Json data) {
        call();
        writes.checkpoint(
                this,
                Handed.text("the token of a checkpoint", token),
                Handed.json("the data of checkpoint '" + token + "'", data));
        activity.progress(used());
    }

    @Override
    public Json step(String name, Callable<Json> body) throws Exception {
        callAndGoOn();
        String key = task.step(Handed.text("the name of a step", name));
        Optional<Json> known = writes.stepResult(this, key);
        if (known.isPresent()) {
            return known.get();
        }
        Json result = Handed.json("the result of step '" + name + "'", body.call());
        checkTrusted();
        Json saved = writes.saveStep(this, key, result);
        activity.progress(used());
        return saved;
    }

    @Override
    public String stepKey(String name) {
        return task.stepKey(name);
    }

    @Override
    public void heartbeat(double fraction, String message) {
        callAndGoOn();
        String said = Handed.text("the message of a heartbeat", message);
        Progress now = new Progress(Handed.fraction(fraction), said, true);
        Progress before = progress.getAndSet(now);
        if (before.fraction != now.fraction || !before.message.equals(said)) {
            activity.progress(used());
        }
    }

    @Override
    public void usage(long tokens, BigDecimal costUsd, long toolMs) {
        callAndGoOn();
        spending.add(Usage.reported(tokens, costUsd, toolMs));
        hasNews();
    }

    @Override
    public void log(String message) {
        log(LogLevel.INFO, message);
    }

    @Override
    public void log(LogLevel level, String message) {
        activity.output();
        log.message(level, message);
    }

    @Override
    public void printed(Printed where, String line) {
        activity.output();
        log.printed(where, line);
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
    public void noteSlip(String type, String reason, String line) {
        call();
        writes.tell(this, EventKind.TASK_MESSAGE_SLIP, Json.object("type", type, "reason", reason, "line", line));
    }

    @Override
    public void noteOutput() {
        activity.output();
    }

    @Override
    public void canStandStill(Freezable body) {
        standstill.of(body);
    }

    @Override
    public boolean cancelled() {
        return stop.get() != null;
    }

    @Override
    public boolean abandoned() {
        Stop reason = stop.get();
        return reason != null && reason.isAbandonment();
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

    private void call() {
        checkTrusted();
        activity.output();
    }

    void checkTrusted() {
        Stop reason = stop.get();
        if (reason != null) {
            throw reason.revocation(hold());
        }
    }
}
