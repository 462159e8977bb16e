package io.orchestrator.store.memory;

import io.orchestrator.json.Json;
import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.PhaseDelay;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.run.Timeboxes;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Storable;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.TimerRefused;
import io.orchestrator.store.TimerStore;
import io.orchestrator.store.memory.TaskEndings.Ending;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers in memory: firing and its effect are one transaction. */
final class InMemoryTimers implements TimerStore {
    private static final Logger LOG = LoggerFactory.getLogger(InMemoryTimers.class);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final Transactions transactions;
    private final Memory memory;
    private final TaskEndings endings;
    private final Sweep sweep;
    private final Advance advance;
    private final InstantSource clock;
    private final PausedClocks clocks;

    InMemoryTimers(
            Transactions transactions,
            Memory memory,
            TaskEndings endings,
            Sweep sweep,
            Advance advance,
            InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.endings = endings;
        this.sweep = sweep;
        this.advance = advance;
        this.clock = clock;
        this.clocks = new PausedClocks(memory);
    }

    @Override
    public Fired fireDue(int max) {
        Firing firing = new Firing(clock.instant());
        Fired fired = transactions.run("timers.fireDue", () -> firing.fire(max));
        Ready ready = fired.ready();
        for (String runId : firing.runsToSweep) {
            ready = ready.and(sweep.run(runId));
        }
        return new Fired(fired.fired(), fired.latenessMs(), ready);
    }

    @Override
    public Optional<Duration> untilNext(Set<String> actions) {
        return transactions.run(
                "timers.untilNext",
                () -> memory.timers.all().stream()
                        .filter(timer -> memory.timers.isTried(timer, clock.instant()))
                        .filter(timer -> timer.promise() instanceof Promise.Custom custom
                                ? actions.contains(custom.action())
                                : clocks.tick(timer.promise()))
                        .findFirst()
                        .map(timer -> until(timer.fireAt())));
    }

    /** Rounded up, so that whoever sleeps for it does not wake too early. */
    private Duration until(Instant next) {
        Duration exact = Duration.between(clock.instant(), next);
        return exact.isNegative()
                ? Duration.ZERO
                : Duration.ofMillis(exact.plus(MILLISECOND).minusNanos(1).toMillis());
    }

    @Override
    public long scheduleRetry(Hold hold, Duration delay) {
        Storable.wait("the delay of the retry", delay);
        return transactions.run("timers.scheduleRetry", () -> {
            TaskRow task = memory.held(hold).orElseThrow(hold::revoked);
            task.retry(task.used);
            task.phase.run.log(
                    clock.instant(),
                    EventKind.TASK_RETRYING,
                    task,
                    Json.object("error", "a retry was asked for", "delayMs", delay.toMillis()));
            return memory.timers.add(clock.instant().plus(delay), new Promise.Retry(task.hold()));
        });
    }

    @Override
    public Optional<Long> scheduleTimeout(String phaseId, Duration timebox) {
        Storable.wait("the timebox", timebox);
        return transactions.run(
                "timers.scheduleTimeout",
                () -> Optional.ofNullable(memory.phases.get(phaseId))
                        .filter(phase -> phase.state.isOpen())
                        .map(phase -> limit(phase, timebox)));
    }

    private long limit(PhaseRow phase, Duration timebox) {
        Instant now = clock.instant();
        phase.deadline = Optional.of(now.plus(timebox));
        phase.tasks.stream().filter(task -> !task.state.isFinal()).forEach(task -> task.deadline = phase.deadline);
        memory.timers.cancelAll(promise -> promise.isOfPhase(phase));
        memory.timers.add(now.plus(Timeboxes.wrapUpAfter(timebox)), new Promise.PhaseWrapUp(phase));
        return memory.timers.add(now.plus(timebox), new Promise.PhaseTimeout(phase));
    }

    @Override
    public long schedule(String action, Json payload, Duration delay) {
        Storable.name("the action of the timer", action);
        Storable.wait("the delay of the timer", delay);
        Promise promise = new Promise.Custom(action, Storable.written("the payload of the timer", payload));
        return transactions.run(
                "timers.schedule", () -> memory.timers.add(clock.instant().plus(delay), promise));
    }

    @Override
    public int fireCustom(Set<String> actions, int max, Consumer<CustomTimer> handler) {
        if (actions.isEmpty()) {
            return 0;
        }
        return transactions.run("timers.fireCustom", () -> {
            List<PendingTimers.Timer> due = memory.timers.due(
                    clock.instant(),
                    max,
                    promise -> promise instanceof Promise.Custom custom && actions.contains(custom.action()));
            due.forEach(timer -> fire(timer, handler));
            return due.size();
        });
    }

    private void fire(PendingTimers.Timer timer, Consumer<CustomTimer> handler) {
        try {
            handler.accept(custom(timer));
            memory.timers.remove(List.of(timer));
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("timer {} failed", timer.id(), e);
            memory.timers.fail(timer);
        }
    }

    private static CustomTimer custom(PendingTimers.Timer timer) {
        if (timer.promise() instanceof Promise.Custom(String action, Json payload)) {
            return new CustomTimer(timer.id(), action, payload);
        }
        throw new IllegalStateException("timer " + timer.id() + " is not a custom one: " + timer.promise());
    }

    @Override
    public Cancelled cancel(long timerId) {
        return transactions.run(
                "timers.cancel",
                () -> memory.timers.find(timerId).map(this::cancel).orElse(Cancelled.NOT));
    }

    private Cancelled cancel(PendingTimers.Timer timer) {
        long id = timer.id();
        Ready ready = switch (timer.promise()) {
            case Promise.Custom ignored -> Ready.NOTHING;
            case Promise.Retry(Hold expected) -> endWithoutRetry(id, expected);
            case Promise.TaskTimeout(String taskId) ->
                throw TimerRefused.ofTaskTimebox(
                        id, Objects.requireNonNull(memory.live.get(taskId)).phase.run.id, taskId);
            case Promise.PhaseWrapUp(PhaseRow phase) -> throw TimerRefused.ofPhaseTimebox(id, phase.run.id, phase.id);
            case Promise.PhaseTimeout(PhaseRow phase) -> throw TimerRefused.ofPhaseTimebox(id, phase.run.id, phase.id);
            case Promise.RunWrapUp(RunRow run) -> throw TimerRefused.ofRunTimebox(id, run.id);
            case Promise.RunTimeout(RunRow run) -> throw TimerRefused.ofRunTimebox(id, run.id);
            case Promise.RunStart(RunRow run) -> throw TimerRefused.ofRunStart(id, run.id);
            case Promise.PhaseStart(PhaseRow phase) -> throw TimerRefused.ofPhaseDelay(id, phase.run.id, phase.id);
        };
        memory.timers.cancel(id);
        return new Cancelled(true, ready);
    }

    /** A timer of an older attempt than the task's has nobody waiting for it. */
    private Ready endWithoutRetry(long timerId, Hold expected) {
        return endings.apply(Optional.ofNullable(memory.live.get(expected.taskId())).stream()
                .filter(task -> task.state == TaskState.RETRYING && task.epoch == expected.epoch())
                .map(task -> Ending.bad(
                        task, TaskState.FAILED, task.used, EndingDecisions.withoutRetry(timerId, lastFailure(task))))
                .toList());
    }

    private static Optional<String> lastFailure(TaskRow task) {
        return task.phase.run.events.reversed().stream()
                .filter(event -> event.kind().equals(EventKind.TASK_RETRYING.wire())
                        && event.taskId().equals(Optional.of(task.id)))
                .findFirst()
                .flatMap(event -> event.data().text("error"));
    }

    @Override
    public boolean resume(long timerId) {
        return transactions.run("timers.resume", () -> memory.timers.resume(timerId));
    }

    @Override
    public Stats stats() {
        return transactions.run(
                "timers.stats", () -> new Stats(memory.timers.all().size(), memory.timers.next()));
    }

    /** One transaction that fires timers. */
    private final class Firing {
        private final Instant now;
        private final List<Hold> retries = new ArrayList<>();
        private final List<String> expiredTasks = new ArrayList<>();
        private final Set<RunRow> starts = new LinkedHashSet<>();
        private final Set<RunRow> goOn = new LinkedHashSet<>();
        final Set<String> runsToSweep = new TreeSet<>();

        Firing(Instant now) {
            this.now = now;
        }

        Fired fire(int max) {
            List<PendingTimers.Timer> due = memory.timers.due(
                    now, max, promise -> !(promise instanceof Promise.Custom) && clocks.tick(promise));
            if (due.isEmpty()) {
                return Fired.NOTHING;
            }
            memory.timers.remove(due);
            due.forEach(timer -> sort(timer.promise()));
            Ready ready = wake().and(endExpiredTasks()).and(startWhatWaited());
            long lateness = Duration.between(due.getFirst().fireAt(), now).toMillis();
            return new Fired(due.size(), lateness, ready);
        }

        private void sort(Promise promise) {
            switch (promise) {
                case Promise.Retry(Hold expected) -> retries.add(expected);
                case Promise.TaskTimeout(String taskId) -> expiredTasks.add(taskId);
                case Promise.PhaseWrapUp(PhaseRow phase) -> wrapUp(phase);
                case Promise.RunWrapUp(RunRow run) -> run.openPhases().forEach(this::wrapUp);
                case Promise.RunStart(RunRow run) -> starts.add(run);
                case Promise.PhaseStart(PhaseRow phase) -> {
                    phase.delay = PhaseDelay.OVER;
                    goOn.add(phase.run);
                }
                case Promise.PhaseTimeout(PhaseRow phase) -> {
                    phase.decide(StageState.TIMED_OUT, Timeboxes.PHASE_IS_OVER);
                    runsToSweep.add(phase.run.id);
                }
                case Promise.RunTimeout(RunRow run) -> {
                    if (run.overrule(StageState.TIMED_OUT, Timeboxes.RUN_IS_OVER)) {
                        runsToSweep.add(run.id);
                    }
                }
                case Promise.Custom custom ->
                    throw new IllegalStateException("custom timers fire elsewhere: " + custom.action());
            }
        }

        private void wrapUp(PhaseRow phase) {
            phase.tasks.stream()
                    .filter(task -> !task.state.isFinal() && task.deadline.isPresent())
                    .forEach(task -> task.wrapUpBy = task.deadline);
            phase.run.log(now, EventKind.PHASE_WRAP_UP, phase, Json.EMPTY_OBJECT);
        }

        /** A retry that belongs to an older attempt matches nothing. */
        private Ready wake() {
            List<TaskRow> woken = retries.stream()
                    .flatMap(expected -> Optional.ofNullable(memory.live.get(expected.taskId())).stream()
                            .filter(t -> t.state == TaskState.RETRYING && t.epoch == expected.epoch()))
                    .toList();
            woken.forEach(task -> task.wake(now));
            return new Ready(woken.stream().map(TaskRow::ticket).toList(), false);
        }

        private Ready startWhatWaited() {
            Ready ready = Ready.NOTHING;
            for (RunRow run : starts) {
                if (run.isToStartLater()) {
                    run.start(now);
                    ready = ready.and(memory.setTimebox(run, now));
                    run.log(now, EventKind.RUN_STARTED, Json.EMPTY_OBJECT);
                }
            }
            goOn.addAll(starts);
            for (RunRow run : goOn) {
                ready = ready.and(advance.run(run));
            }
            return ready;
        }

        private Ready endExpiredTasks() {
            return endings.apply(expiredTasks.stream()
                    .flatMap(id -> Optional.ofNullable(memory.live.get(id)).stream())
                    .map(task -> Ending.bad(task, TaskState.TIMED_OUT, task.used, Timeboxes.TASK_IS_OVER))
                    .toList());
        }
    }
}
