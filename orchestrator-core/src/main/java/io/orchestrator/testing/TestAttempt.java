package io.orchestrator.testing;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AwaitingChildren;
import io.orchestrator.agent.BudgetExhausted;
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
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One try at a task, as the worker's own: the agent's context, and the worker's handle on it. */
final class TestAttempt implements AgentContext {
    /** Why it is being stopped. */
    enum Stop {
        /** The engine has ended its task. */
        REVOKED,
        /** Its worker's lease was taken away. */
        LOST,
        /** Its worker can no longer be sure of its lease. */
        FENCED,
        /** Its run or its queue was paused, and the time for an orderly return is over. */
        RECALLED
    }

    private static final Duration ORDERLY_RETURN = Duration.ofSeconds(30);

    private final ClaimedTask task;
    private final PhaseContext phase;
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
    TestAttempt(ClaimedTask task, PhaseContext phase, Deployment deployment, TestProcess process, AttemptWork work) {
        this.task = task;
        this.phase = phase;
        this.writes = new AttemptWrites(this, deployment);
        this.children = new TestChildren(this, writes);
        this.time = deployment.time();
        this.used = task.usedBefore();
        this.body =
                new Body(task.type().wire() + " '" + task.target() + "'", time, process::after, () -> work.run(this));
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
        return task.hold();
    }

    ClaimedTask claimed() {
        return task;
    }

    PhaseContext phase() {
        return phase;
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
        } else if (!time.instant().isBefore(asked.plus(ORDERLY_RETURN))) {
            stop(Stop.RECALLED);
        }
    }

    void requestWrapUp(Instant by) {
        if (wrapUp == null) {
            OptionalLong tokens = budget().get("tokens").stream()
                    .mapToLong(share -> Math.max(0, share.asLong() - used.tokens()))
                    .findFirst();
            Optional<BigDecimal> usd = budget().get("usd")
                    .map(share -> share.asDecimal().subtract(used.costUsd()).max(BigDecimal.ZERO));
            wrapUp = new WrapUp(by, Duration.between(time.instant(), by), tokens, usd);
        }
    }

    Heartbeat sign() {
        return new Heartbeat(hold(), progress, message, used);
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
                task.deadline());
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
        checkTrusted();
        writes.checkpoint(token, data);
    }

    @Override
    public Json step(String name, Callable<Json> work) throws Exception {
        checkMayGoOn();
        String key = ofTarget(name);
        Optional<Json> known = writes.stepResult(key);
        if (known.isPresent()) {
            return known.get();
        }
        Json result = work.call();
        checkTrusted();
        return writes.saveStep(key, result);
    }

    @Override
    public String stepKey(String name) {
        return task.runId() + "/" + hold().taskId() + "/" + ofTarget(name);
    }

    private String ofTarget(String step) {
        return task.fellBack().isPresent() ? task.target() + "/" + step : step;
    }

    @Override
    public void heartbeat(double fraction, String text) {
        checkMayGoOn();
        progress = Math.clamp(fraction, 0.0, 1.0);
        message = text;
    }

    @Override
    public void usage(long tokens, BigDecimal costUsd, long toolMs) {
        checkMayGoOn();
        Usage total = used.plus(new Usage(tokens, costUsd, toolMs));
        if (task.budgeted()) {
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
        return stop == Stop.LOST || stop == Stop.FENCED;
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
            stop = Stop.REVOKED;
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
            throw hold().revoked();
        }
    }
}
