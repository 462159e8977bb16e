package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.Plan;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.RunSnapshot;
import io.orchestrator.run.StageLifecycle;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A run. */
final class RunRow {
    final String id;
    /** As it is by now: phases may have been added. */
    RunRequest request;

    /** Of the request that made it. */
    final String requestHash;

    final Json inputs;
    final Instant createdAt;
    Optional<Instant> deadline = Optional.empty();
    final Optional<Instant> startAt;
    Optional<Instant> startedAt = Optional.empty();
    final List<PhaseRow> phases = new ArrayList<>();
    final List<EventView> events = new ArrayList<>();
    StageState state = StageState.PENDING;
    Optional<StageState> ending = Optional.empty();
    Optional<String> reason = Optional.empty();
    Optional<Instant> finishedAt = Optional.empty();
    Usage used = Usage.NONE;

    RunRow(String id, RunRequest request, Instant now) {
        this.id = id;
        this.request = request;
        this.requestHash = request.contentHash();
        this.inputs = Stored.json(request.plan().inputs().overlaidBy(request.inputs()));
        this.createdAt = now;
        this.startAt = startAt(request, now);
        if (startAt.isEmpty()) {
            state = StageState.RUNNING;
            begin(now);
        }
    }

    private static Optional<Instant> startAt(RunRequest request, Instant now) {
        Instant at = switch (request.start()) {
            case RunStart.Now ignored -> now;
            case RunStart.In(Duration wait) -> now.plus(wait);
            case RunStart.At(Instant instant) -> instant;
        };
        return Optional.of(at).filter(now::isBefore);
    }

    /** Its instant has come. */
    void start(Instant now) {
        state = Stages.move(StageLifecycle.RUN, state, StageState.RUNNING, "run " + id);
        begin(now);
    }

    private void begin(Instant now) {
        startedAt = Optional.of(now);
        deadline = request.plan().timebox().map(now::plus);
    }

    boolean isToStartLater() {
        return state == StageState.PENDING && ending.isEmpty();
    }

    Plan plan() {
        return request.plan();
    }

    RunSnapshot snapshot() {
        return new RunSnapshot(
                id, state, ending, phases.stream().map(PhaseRow::snapshot).toList());
    }

    /** Those that have started and not ended. */
    List<PhaseRow> openPhases() {
        return phases.stream().filter(p -> p.state.isOpen()).toList();
    }

    /** Decides how the run ends, unless that is decided already. */
    void decide(StageState end, String why) {
        if (!state.isFinal() && ending.isEmpty()) {
            ending = Optional.of(end);
            reason = Optional.of(why);
        }
    }

    /** As {@link #decide}, but over a decision that is being carried out, for the run and its open phases. */
    boolean overrule(StageState end, String why) {
        if (state.isFinal() || ending.equals(Optional.of(end))) {
            return false;
        }
        ending = Optional.of(end);
        reason = Optional.of(Stored.text(why));
        openPhases().forEach(phase -> phase.decide(end, why));
        return true;
    }

    /** Has a longer plan from now on; one that had completed goes on. */
    void extend(Plan plan, Json source) {
        request = new RunRequest(
                plan, source, request.inputs(), request.agents(), request.key(), request.start(), request.takeOver());
        if (state == StageState.COMPLETED) {
            state = StageLifecycle.RUN.next(state, StageLifecycle.Event.EXTEND).orElseThrow();
            finishedAt = Optional.empty();
        }
    }

    void finish(StageState end, Instant now) {
        state = Stages.move(StageLifecycle.RUN, state, end, "run " + id);
        finishedAt = Optional.of(now);
    }

    /** About to end, or without a task that could still finish. */
    boolean needsAttention() {
        if (state.isFinal() || isToStartLater()) {
            return false;
        }
        List<PhaseRow> running = openPhases();
        return ending.isPresent()
                || (running.isEmpty() && phases.stream().noneMatch(PhaseRow::waitsForItsDelay))
                || running.stream()
                        .anyMatch(p -> (p.state == StageState.RUNNING && p.open == 0) || p.ending.isPresent());
    }

    void log(Instant at, EventKind kind, Json data) {
        append(at, kind, Optional.empty(), Optional.empty(), data);
    }

    void log(Instant at, EventKind kind, PhaseRow phase, Json data) {
        append(at, kind, Optional.of(phase.id), Optional.empty(), data);
    }

    void log(Instant at, EventKind kind, TaskRow task, Json data) {
        append(at, kind, Optional.of(task.phase.id), Optional.of(task), data);
    }

    private void append(Instant at, EventKind kind, Optional<String> phaseId, Optional<TaskRow> task, Json data) {
        events.add(new EventView(
                id,
                events.size() + 1L,
                at,
                kind.wire(),
                phaseId,
                task.map(t -> t.id),
                task.map(t -> OptionalLong.of(t.epoch)).orElse(OptionalLong.empty()),
                task.map(t -> OptionalInt.of(t.attempt)).orElse(OptionalInt.empty()),
                task.flatMap(t -> leavesItsWorker(kind) ? t.heldBefore : t.worker),
                Stored.json(data)));
    }

    /** And lives on. */
    private static boolean leavesItsWorker(EventKind kind) {
        return switch (kind) {
            case TASK_RETRYING, TASK_HANDED_BACK, TASK_WAITING, TASK_RECLAIMED, TASK_FELL_BACK -> true;
            default -> false;
        };
    }
}
