package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.TaskSpecs;
import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.PhaseDelay;
import io.orchestrator.run.PhaseSnapshot;
import io.orchestrator.run.StageLifecycle;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A phase of a run. */
final class PhaseRow {
    final String id;
    final RunRow run;
    final PhasePlan plan;
    final int steps;
    /** Its caller's name for it, and the hash of what it was made from. */
    Optional<Named> named = Optional.empty();

    final List<TaskRow> tasks = new ArrayList<>();
    StageState state = StageState.PENDING;
    Optional<StageState> ending = Optional.empty();
    Optional<String> reason = Optional.empty();
    Optional<Instant> deadline = Optional.empty();
    Optional<Instant> startedAt = Optional.empty();
    Optional<Instant> finishedAt = Optional.empty();
    Usage used = Usage.NONE;
    PhaseDelay delay;
    /** The phase of another run that did the work of this one. */
    Optional<PhaseRow> origin = Optional.empty();

    Optional<Json> rubricMiss = Optional.empty();
    Optional<Json> decision = Optional.empty();
    int round = 1;
    int step = -1;
    int open;
    int completed;
    int failed;
    int failedChildren;
    /** Waiting for a free place, in the tasks' order; may still hold tasks that have been cancelled since. */
    private final Deque<TaskRow> pending = new ArrayDeque<>();

    record Named(String key, String requestHash) {}

    PhaseRow(String id, RunRow run, PhasePlan plan) {
        this.id = id;
        this.run = run;
        this.plan = plan;
        this.steps = TaskSpecs.steps(plan);
        this.delay = plan.delay().isPresent() ? PhaseDelay.AHEAD : PhaseDelay.NONE;
    }

    boolean isNamed(String key) {
        return named.filter(name -> name.key().equals(key)).isPresent();
    }

    PhaseSnapshot snapshot() {
        return new PhaseSnapshot(id, plan.phase(), state, round, step, steps, open, ending, plan.needs(), delay);
    }

    boolean waitsForItsDelay() {
        return state == StageState.PENDING && delay == PhaseDelay.RUNNING;
    }

    /** Its work was done by this phase of another run. */
    void takeOver(PhaseRow done, Instant now) {
        state = StageLifecycle.PHASE
                .next(state, StageLifecycle.Event.TAKE_OVER)
                .orElseThrow(
                        () -> new IllegalStateException("phase " + id + " is " + state + " and cannot be taken over"));
        origin = Optional.of(done.worker());
        finishedAt = Optional.of(now);
    }

    /** The phase whose tasks did the work. */
    PhaseRow worker() {
        return origin.orElse(this);
    }

    void start(Instant now) {
        state = Stages.move(StageLifecycle.PHASE, state, StageState.RUNNING, "phase " + id);
        startedAt = Optional.of(now);
        deadline = earlier(run.deadline, plan.timebox().map(now::plus));
    }

    static Optional<Instant> earlier(Optional<Instant> a, Optional<Instant> b) {
        return Stream.concat(a.stream(), b.stream()).min(Instant::compareTo);
    }

    void add(List<TaskRow> made) {
        tasks.addAll(made);
        pending.addAll(made);
        open += made.size();
    }

    /** A child takes no place of its phase, and so waits for none. */
    void addChild(TaskRow child) {
        tasks.add(child);
        open++;
    }

    /** Releases the next tasks that wait for a place; returns them. */
    List<TaskRow> release(int places, Instant now) {
        List<TaskRow> released = new ArrayList<>();
        while (released.size() < places && !pending.isEmpty()) {
            TaskRow next = pending.remove();
            if (next.state == TaskState.PENDING) {
                next.release(now);
                released.add(next);
            }
        }
        return released;
    }

    /** Decides how a phase ends that has started, where nothing stronger is decided. */
    void decide(StageState end, String why) {
        if (state.isOpen() && EndingDecisions.mayBeOverruled(ending)) {
            reason = ending.isEmpty() ? Optional.of(Stored.text(why)) : reason.or(() -> Optional.of(Stored.text(why)));
            ending = Optional.of(end);
        }
    }

    /** Counts a task that has ended; one that ended badly decides that the phase fails. */
    void book(TaskRow task) {
        open--;
        used = used.plus(task.used);
        if (task.state == TaskState.COMPLETED) {
            completed++;
        }
        if (EndingDecisions.failsPhase(task.state) && task.isChild()) {
            failedChildren++;
        } else if (EndingDecisions.failsPhase(task.state)) {
            failed++;
            if (ending.isEmpty()) {
                ending = Optional.of(StageState.FAILED);
                reason = task.error.or(() -> reason);
            }
        }
        if (open < 0 || completed + failed + failedChildren + open > total()) {
            throw new IllegalStateException("phase " + id + " has lost count of its tasks: " + open + " open, "
                    + completed + " completed, " + failed + " failed, of " + total());
        }
    }

    void finish(StageState end, Instant now) {
        state = Stages.move(StageLifecycle.PHASE, state, end, "phase " + id);
        finishedAt = Optional.of(now);
    }

    List<Json> outputs() {
        return tasksOfRound()
                .filter(t -> !t.isChild())
                .flatMap(t -> t.output.stream())
                .toList();
    }

    /** The tasks of the present round; those of earlier ones are history. */
    Stream<TaskRow> tasksOfRound() {
        return tasks.stream().filter(task -> task.round == round);
    }

    int total() {
        return (int) tasksOfRound().count();
    }

    /** Waits for a person. */
    void hold(String why, Json miss) {
        state = Stages.move(StageLifecycle.PHASE, state, StageState.HOLDING, "phase " + id);
        reason = Optional.of(Stored.text(why));
        rubricMiss = Optional.of(Stored.json(miss));
    }

    /** Begins the next round: what tells of tasks starts anew, what was used stays. */
    void repeat(Json miss) {
        if (state == StageState.HOLDING) {
            state = Stages.move(StageLifecycle.PHASE, state, StageState.RUNNING, "phase " + id);
        }
        rubricMiss = Optional.of(Stored.json(miss));
        reason = Optional.empty();
        round++;
        step = -1;
        open = 0;
        completed = 0;
        failed = 0;
        failedChildren = 0;
    }

    /** What the events about a round tell. */
    Json told(String why) {
        return Json.object("phase", plan.phase(), "round", round, "reason", why);
    }
}
