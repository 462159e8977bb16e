package io.orchestrator.testing;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.BudgetExhausted;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Children;
import io.orchestrator.agent.TaskInfo;
import io.orchestrator.agent.Usage;
import io.orchestrator.agent.WrapUp;
import io.orchestrator.attempt.Handed;
import io.orchestrator.attempt.Stop;
import io.orchestrator.attempt.TaskInHand;
import io.orchestrator.json.Json;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One try at a task, as the worker's own: the agent's context, and the worker's handle on it. */
final class TestAttempt implements AgentContext {
    private final TaskInHand task;
    private final AttemptWrites writes;
    private final TestChildren children;
    private final VirtualTime time;
    private final Body body;
    private Usage used;
    private @Nullable String exhausted;
    private double progress = -1;
    private String message = "";
    private @Nullable Stop stop;
    private @Nullable Instant recalledAt;
    private @Nullable WrapUp wrapUp;

    /** {@code work} is what the attempt's thread does with it. */
    TestAttempt(TaskInHand task, Deployment deployment, TestProcess process, AttemptWork work) {
        this.task = task;
        this.writes = new AttemptWrites(this, deployment);
        this.children = new TestChildren(this, writes);
        this.time = deployment.time();
        this.used = claimed().usedBefore();
        String name = claimed().type().wire() + " '" + claimed().target() + "'";
        this.body = new Body(name, time, process::after, () -> work.run(this));
    }

    /** What an attempt's thread does. */
    @FunctionalInterface
    interface AttemptWork {
        void run(TestAttempt attempt);
    }

    void begin() {
        body.begin();
    }

    Hold hold() {
        return task.claimed().hold();
    }

    TaskInHand inHand() {
        return task;
    }

    ClaimedTask claimed() {
        return task.claimed();
    }

    Usage used() {
        return used;
    }

    Optional<Stop> stopped() {
        return Optional.ofNullable(stop);
    }

    /** Ends the body at this moment; the first reason stays. */
    void stop(Stop reason) {
        if (stop == null) {
            stop = reason;
            body.interrupt();
        }
    }

    /** Its process is gone: the body never goes on. */
    void discard() {
        body.discard();
    }

    /** Asks for an orderly return, and ends the body when that does not come. */
    void recall() {
        Instant asked = recalledAt;
        if (asked == null) {
            recalledAt = time.instant();
        } else if (!time.instant().isBefore(asked.plus(Stop.ORDERLY_RETURN))) {
            stop(new Stop.Recalled());
        }
    }

    void requestWrapUp(Instant by) {
        if (wrapUp == null) {
            wrapUp = task.wrapUp(by, time.instant(), used);
        }
    }

    Heartbeat sign() {
        return new Heartbeat(hold(), progress, message, used);
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
        checkTrusted();
        writes.checkpoint(
                Handed.text("the token of a checkpoint", token),
                Handed.json("the data of checkpoint '" + token + "'", data));
    }

    @Override
    public Json step(String name, Callable<Json> work) throws Exception {
        checkMayGoOn();
        String key = task.step(Handed.text("the name of a step", name));
        Optional<Json> known = writes.stepResult(key);
        if (known.isPresent()) {
            return known.get();
        }
        Json result = Handed.json("the result of step '" + name + "'", work.call());
        checkTrusted();
        return writes.saveStep(key, result);
    }

    @Override
    public String stepKey(String name) {
        return task.stepKey(name);
    }

    @Override
    public void heartbeat(double fraction, String text) {
        checkMayGoOn();
        progress = Handed.fraction(fraction);
        message = Handed.text("the message of a heartbeat", text);
    }

    @Override
    public void usage(long tokens, BigDecimal costUsd, long toolMs) {
        checkMayGoOn();
        Usage total = used.plus(Usage.reported(tokens, costUsd, toolMs)).upTo(Usage.MOST);
        if (claimed().budgeted()) {
            writes.book(total).ifPresent(reason -> exhausted = reason);
        }
        used = total;
    }

    @Override
    public void log(String text) {
        checkTrusted();
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
        return stop != null;
    }

    @Override
    public boolean abandoned() {
        return stop != null && stop.isAbandonment();
    }

    @Override
    public boolean shutdownRequested() {
        return recalledAt != null;
    }

    @Override
    public Optional<WrapUp> wrapUp() {
        return Optional.ofNullable(wrapUp);
    }

    /** A write of it was refused by its epoch. */
    void wasRefused() {
        if (stop == null) {
            stop = new Stop.Revoked();
        }
    }

    void passWhatever(Duration length) {
        body.passWhatever(length);
    }

    /** Saving a checkpoint needs no more than trust, so that what was paid for is kept. */
    void checkMayGoOn() {
        checkTrusted();
        if (exhausted != null) {
            throw new BudgetExhausted(exhausted);
        }
    }

    void checkTrusted() {
        if (stop != null) {
            throw stop.revocation(hold());
        }
    }
}
