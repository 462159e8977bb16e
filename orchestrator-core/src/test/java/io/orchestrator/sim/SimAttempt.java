package io.orchestrator.sim;

import io.orchestrator.agent.AttemptRevoked;
import io.orchestrator.agent.Usage;
import io.orchestrator.attempt.CutOffDecisions;
import io.orchestrator.attempt.Standing;
import io.orchestrator.json.Json;
import io.orchestrator.plan.RetryPolicy;
import io.orchestrator.run.AttemptDecisions;
import io.orchestrator.run.Failure;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One try at a task: steps of some hours, each remembered and checkpointed; then a result, a failure or a crash. */
final class SimAttempt {
    /** As {@link io.orchestrator.attempt.Stop}. */
    enum Stop {
        REVOKED,
        LOST,
        FENCED,
        RECALLED,
        SHUTDOWN
    }

    private final SimWorker worker;
    private final ClaimedTask task;
    private final World world;
    private final CheckpointStore checkpoints;
    private final Habits habits;
    private final RetryPolicy policy;
    private final SimFamily family;
    private int step;
    private Usage used;
    private final boolean isProgram;
    /** What it would have done while it stood still. */
    private final List<Runnable> held = new ArrayList<>();

    private @Nullable Long stillSince;
    private boolean still;
    private @Nullable Stop stop;
    private boolean ended;

    SimAttempt(SimWorker worker, ClaimedTask task, RetryPolicy policy) {
        this.policy = policy;
        this.worker = worker;
        this.task = task;
        this.used = task.usedBefore();
        this.world = worker.process().world();
        this.checkpoints = worker.engine().ports().checkpoints();
        this.habits = worker.engine().habits();
        this.family = new SimFamily(worker, task);
        this.isProgram = Math.floorMod(task.hold().taskId().hashCode() / 7, 3) > 0;
    }

    Hold hold() {
        return task.hold();
    }

    SimProcess process() {
        return worker.process();
    }

    boolean isRunning() {
        return !ended;
    }

    boolean standsStill() {
        return still;
    }

    /** As the worker's {@code Attempt}: what a program is told by signals comes a moment later. */
    void follow(Standing standing) {
        if (ended || stop != null) {
            return;
        }
        CutOffDecisions.Body body = stillSince == null
                ? new CutOffDecisions.Body.Works(isProgram)
                : new CutOffDecisions.Body.StandsStill(
                        Duration.ofMillis(process().ticks() - stillSince));
        switch (worker.engine().move(standing, body)) {
            case NOTHING -> {}
            case FREEZE -> {
                stillSince = process().ticks();
                process().after(world.between(0, 20 * Pace.SECOND), () -> still = stillSince != null);
            }
            case THAW -> thaw();
            case STOP -> stop(Stop.FENCED);
            case GIVE_UP -> stop(Stop.LOST);
        }
    }

    private void thaw() {
        stillSince = null;
        if (still) {
            still = false;
            worker.engine().ledger().goesOn(this);
            List<Runnable> actions = List.copyOf(held);
            held.clear();
            actions.forEach(action -> later(0, action));
        }
    }

    /** What the body does; one that stands still does it when it goes on. */
    private void later(long delay, Runnable action) {
        process().after(delay, () -> {
            if (still) {
                held.add(action);
            } else {
                action.run();
            }
        });
    }

    void begin() {
        worker.engine().ledger().begins(this);
        step = task.checkpoint().map(c -> (int) c.data().asLong()).orElse(0);
        goOn();
    }

    private void nextStep() {
        later(habits.stepTakes(world), this::stepEnds);
    }

    private void stepEnds() {
        if (ended) {
            return;
        }
        if (habits.crashes(world, task)) {
            worker.engine().crashAndRestart(worker);
        } else if (habits.fails(world)) {
            fail();
        } else {
            remember();
        }
    }

    private void remember() {
        if (ended) {
            return;
        }
        try {
            saveStep();
            used = used.plus(Pace.USED_BY_A_STEP);
            saveCheckpoint();
        } catch (AttemptRevoked e) {
            stop(Stop.REVOKED);
            return;
        } catch (StoreUnavailable e) {
            later(Pace.WRITE_AGAIN, this::remember);
            return;
        }
        step++;
        goOn();
    }

    private void goOn() {
        if (family.isToSubmit(step)) {
            later(world.between(Pace.SECOND, Pace.HOUR), this::haveChildren);
        } else if (step < habits.steps(task)) {
            nextStep();
        } else {
            end(new Outcome.Completed(Json.of(hold().epoch())));
        }
    }

    private void haveChildren() {
        if (ended) {
            return;
        }
        try {
            if (!family.isComplete()) {
                family.submit();
            }
        } catch (AttemptRevoked e) {
            stop(Stop.REVOKED);
            return;
        } catch (StoreUnavailable e) {
            later(Pace.WRITE_AGAIN, this::haveChildren);
            return;
        }
        if (family.isComplete()) {
            end(new Outcome.Awaiting());
        } else {
            later(world.between(Pace.SECOND, Pace.HOUR), this::haveChildren);
        }
    }

    private void saveStep() {
        String name = "step-" + step;
        Json result = checkpoints.saveStep(hold(), name, Json.of(hold().epoch()));
        worker.engine().ledger().stepAccepted(hold(), name, result);
    }

    private void saveCheckpoint() {
        long seq = checkpoints.save(hold(), "step-" + step, Json.of(step + 1), Pace.KEEP_CHECKPOINTS, used);
        worker.engine().ledger().checkpointAccepted(hold(), seq, used);
    }

    private void fail() {
        Failure failure = new Failure("it did not work", world.chance(0.9), Optional.empty());
        AttemptDecisions.Verdict verdict =
                AttemptDecisions.afterFailure(policy, task.attempt(), failure, world.random());
        end(
                switch (verdict) {
                    case AttemptDecisions.Verdict.TryAgain(Duration delay) -> new Outcome.Retry(failure, delay);
                    case AttemptDecisions.Verdict.GiveUp() -> new Outcome.Failed(failure);
                });
    }

    /** After standing still, everything it might write is written, whatever the answers. */
    void goOnAsZombie() {
        if (ended || still) {
            return;
        }
        tryAsZombie(this::saveStep);
        tryAsZombie(this::saveCheckpoint);
        if (!family.isComplete()) {
            tryAsZombie(family::submit);
        }
        if (world.chance(0.5)) {
            end(new Outcome.Completed(Json.of(hold().epoch())));
        }
    }

    private void tryAsZombie(Runnable write) {
        try {
            write.run();
        } catch (AttemptRevoked | StoreUnavailable e) {
            world.note("zombie", "refused: " + e.getMessage());
        }
    }

    /** Tells the body to end; it takes its time, but less than the margin of the self-fence. */
    void stop(Stop reason) {
        if (stop == null && !ended) {
            stop = reason;
            process().after(world.between(0, 20 * Pace.SECOND), () -> hasStopped(reason));
        }
    }

    private void hasStopped(Stop reason) {
        if (ended) {
            return;
        }
        switch (reason) {
            case REVOKED, LOST -> {
                ended = true;
                worker.holdings().remove(hold());
                worker.slotFreed();
            }
            case FENCED, RECALLED, SHUTDOWN -> end(new Outcome.HandedBack(reason.name(), Duration.ZERO));
        }
    }

    private void end(Outcome outcome) {
        ended = true;
        worker.reporter().submit(new AttemptReport(hold(), outcome, used));
        worker.slotFreed();
    }

    Heartbeat heartbeat() {
        return new Heartbeat(hold(), 0.5, "at step " + step, used);
    }
}
