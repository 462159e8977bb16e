package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Plan;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.FailureDecisions;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.run.Timeboxes;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Storable;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.TimerStore;
import io.orchestrator.store.Unreadable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers on Postgres: firing and its effect are one transaction. */
final class PostgresTimers implements TimerStore {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresTimers.class);

    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT_FOR_ONE = Duration.ofMillis(50);
    private static final Duration BEFORE_THE_NEXT_TRY = Duration.ofSeconds(1);

    private final Database database;
    private final Tables tables;
    private final TaskEndings endings;
    private final Sweep sweep;
    private final Advance advance;
    private final TimerCancelling cancelling;

    PostgresTimers(Database database, Tables tables, TaskEndings endings, Sweep sweep, Advance advance) {
        this.database = database;
        this.tables = tables;
        this.endings = endings;
        this.sweep = sweep;
        this.advance = advance;
        this.cancelling = new TimerCancelling(tables, endings);
    }

    @Override
    public Fired fireDue(int max) {
        try {
            return fire(LONGEST_WAIT, dsl -> tables.timers.fireDue(dsl, max));
        } catch (StoreBusy e) {
            LOG.info("what timers that are due change is locked, so they fire one by one: {}", e.getMessage());
        } catch (RuntimeException e) {
            if (!SettingAside.concernsTheRow(e)) {
                throw e;
            }
            LOG.warn("timers that are due cannot fire together, and fire one by one: {}", e.getMessage());
        }
        Fired all = Fired.NOTHING;
        for (long id : database.read(dsl -> tables.timers.due(dsl, max))) {
            all = all.and(fireAlone(id));
        }
        return all;
    }

    private Fired fireAlone(long id) {
        try {
            return fire(LONGEST_WAIT_FOR_ONE, dsl -> tables.timers.fireDue(dsl, id));
        } catch (StoreBusy e) {
            // Next time the others come first.
            database.inTransaction(dsl -> tables.timers.passOver(dsl, id, BEFORE_THE_NEXT_TRY));
            return Fired.NOTHING;
        } catch (RuntimeException e) {
            if (!SettingAside.concernsTheRow(e)) {
                throw e;
            }
            failed(id, e);
            return Fired.NOTHING;
        }
    }

    private Fired fire(Duration longestWait, Function<DSLContext, List<TimersTable.Fired>> due) {
        Set<String> runsToSweep = new TreeSet<>();
        Fired fired = database.passingOver(longestWait, dsl -> {
            runsToSweep.clear();
            return new Firing(dsl, runsToSweep).fire(due.apply(dsl));
        });
        Ready ready = fired.ready();
        for (String runId : runsToSweep) {
            ready = ready.and(swept(runId));
        }
        return new Fired(fired.fired(), fired.latenessMs(), ready);
    }

    /** The timer has fired; what it decided is carried out by the reconciler, where it cannot be done now. */
    private Ready swept(String runId) {
        try {
            return sweep.runUnlessLocked(runId);
        } catch (RuntimeException e) {
            LOG.warn("run {} is left to the reconciler: {}", runId, e.getMessage());
            return Ready.NOTHING;
        }
    }

    private void failed(long id, RuntimeException e) {
        database.inTransaction(dsl -> {
            int inARow = tables.timers.fail(dsl, id, Jsonb.clean(String.valueOf(e.getMessage())));
            Optional<Duration> wait = FailureDecisions.againAfter(Math.max(1, inARow), e instanceof Unreadable);
            tables.timers.putOff(dsl, id, wait);
            LOG.error("timer {} failed {} times and is {}", id, inARow, wait.isEmpty() ? "set aside" : "put off", e);
        });
    }

    @Override
    public Optional<Duration> untilNext(Set<String> actions) {
        return database.read(dsl -> tables.timers.untilNext(dsl, actions));
    }

    @Override
    public long scheduleRetry(Hold hold, Duration delay) {
        Storable.wait("the delay of the retry", delay);
        return database.transaction(dsl -> {
            List<LiveTask> live = tables.live.retryKeepingUsage(dsl, hold);
            if (live.isEmpty()) {
                throw hold.revoked();
            }
            EventLog log = tables.newLog();
            log.add(Event.ofTask(
                    live.getFirst(),
                    EventKind.TASK_RETRYING,
                    Json.object("error", "a retry was asked for", "delayMs", delay.toMillis())));
            log.write(dsl);
            tables.timers.scheduleRetries(dsl, live, List.of(delay.toMillis()));
            return tables.timers.newestOfTask(dsl, hold.taskId());
        });
    }

    @Override
    public Optional<Long> scheduleTimeout(String phaseId, Duration timebox) {
        Storable.wait("the timebox", timebox);
        return database.transaction(
                dsl -> tables.phases.limit(dsl, phaseId, timebox).map(runId -> {
                    tables.live.limit(dsl, phaseId, timebox);
                    tables.timers.cancelOfPhase(dsl, phaseId);
                    tables.timers.scheduleTimebox(dsl, "phase", runId, phaseId, timebox);
                    return tables.timers.newestOfPhase(dsl, phaseId);
                }));
    }

    @Override
    public long schedule(String action, Json payload, Duration delay) {
        Storable.name("the action of the timer", action);
        Storable.wait("the delay of the timer", delay);
        return database.read(dsl -> tables.timers.scheduleCustom(dsl, action, payload, delay));
    }

    @Override
    public int fireCustom(Set<String> actions, int max, Consumer<CustomTimer> handler) {
        if (actions.isEmpty()) {
            return 0;
        }
        int tried = 0;
        while (tried < max && fireCustom(actions, handler)) {
            tried++;
        }
        return tried;
    }

    /** Each in a transaction of its own, so that one whose action fails does not undo the others; false when none is due. */
    private boolean fireCustom(Set<String> actions, Consumer<CustomTimer> handler) {
        AtomicLong id = new AtomicLong();
        try {
            return database.transaction(dsl -> {
                Optional<TimersTable.FiredCustom> due = tables.timers.fireCustom(dsl, actions);
                due.ifPresent(timer -> {
                    id.set(timer.id());
                    handler.accept(new CustomTimer(
                            timer.id(), timer.action(), timer.payload().get()));
                });
                return due.isPresent();
            });
        } catch (RuntimeException e) {
            if (id.get() == 0 || !SettingAside.concernsTheRow(e)) {
                throw e;
            }
            failed(id.get(), e);
            return true;
        }
    }

    @Override
    public Cancelled cancel(long timerId) {
        return database.transaction(dsl -> cancelling.cancel(dsl, timerId));
    }

    @Override
    public boolean resume(long timerId) {
        return database.transaction(dsl -> tables.timers.resume(dsl, timerId));
    }

    @Override
    public Stats stats() {
        return database.snapshot(tables.timers::stats);
    }

    /** A run whose plan cannot be read has none, and ends as soon as it has started. */
    private static Optional<Duration> timebox(RunsTable.Locked run) {
        return run.storedPlan() instanceof Stored.Sound<Plan>(Plan plan) ? plan.timebox() : Optional.empty();
    }

    /** One transaction that fires timers. */
    private final class Firing {
        private final DSLContext dsl;
        private final Set<String> runsToSweep;
        private final EventLog log = tables.newLog();
        private final List<Hold> retries = new ArrayList<>();
        private final List<String> expiredTasks = new ArrayList<>();
        private final Set<String> starts = new TreeSet<>();
        private final Set<String> delayed = new TreeSet<>();
        private final Set<String> goOn = new TreeSet<>();

        Firing(DSLContext dsl, Set<String> runsToSweep) {
            this.dsl = dsl;
            this.runsToSweep = runsToSweep;
        }

        Fired fire(List<TimersTable.Fired> due) {
            if (due.isEmpty()) {
                return Fired.NOTHING;
            }
            due.forEach(this::sort);
            List<Ticket> tickets = retries.isEmpty() ? List.of() : tables.live.wake(dsl, retries);
            Ready ready = new Ready(tickets, false);
            if (!expiredTasks.isEmpty()) {
                ready = ready.and(endTasks());
            }
            ready = ready.and(startWhatWaited());
            log.write(dsl);
            long lateness =
                    due.stream().mapToLong(TimersTable.Fired::latenessMs).max().orElse(0);
            return new Fired(due.size(), lateness, ready);
        }

        private void sort(TimersTable.Fired timer) {
            switch (timer.kind()) {
                case "retry" ->
                    retries.add(new Hold(
                            Objects.requireNonNull(timer.taskId()), Objects.requireNonNull(timer.expectEpoch())));
                case "task_timeout" -> expiredTasks.add(Objects.requireNonNull(timer.taskId()));
                case "phase_wrap_up" -> wrapUp(timer, List.of(Objects.requireNonNull(timer.phaseId())));
                case "run_wrap_up" -> wrapUp(timer, runningPhases(timer));
                case "run_start" -> starts.add(Objects.requireNonNull(timer.runId()));
                case "phase_start" -> {
                    delayed.add(Objects.requireNonNull(timer.phaseId()));
                    goOn.add(Objects.requireNonNull(timer.runId()));
                }
                case "phase_timeout" -> timeOutPhase(timer);
                case "run_timeout" -> timeOutRun(timer);
                default ->
                    throw new IllegalStateException("timer " + timer.id() + " is of unknown kind " + timer.kind());
            }
        }

        private List<String> runningPhases(TimersTable.Fired timer) {
            return tables.phases.open(dsl, Objects.requireNonNull(timer.runId()));
        }

        private void wrapUp(TimersTable.Fired timer, List<String> phaseIds) {
            tables.live.requestWrapUp(dsl, phaseIds);
            String runId = Objects.requireNonNull(timer.runId());
            phaseIds.forEach(id -> log.add(Event.ofPhase(runId, id, EventKind.PHASE_WRAP_UP, Json.EMPTY_OBJECT)));
        }

        private void timeOutPhase(TimersTable.Fired timer) {
            String phaseId = Objects.requireNonNull(timer.phaseId());
            tables.phases.decide(dsl, Map.of(phaseId, StageState.TIMED_OUT), Timeboxes.PHASE_IS_OVER);
            runsToSweep.add(Objects.requireNonNull(timer.runId()));
        }

        private void timeOutRun(TimersTable.Fired timer) {
            String runId = Objects.requireNonNull(timer.runId());
            String reason = Timeboxes.RUN_IS_OVER;
            tables.phases.lockOpen(dsl, runId);
            if (tables.runs.lock(dsl, runId).isPresent()
                    && tables.runs.overrule(dsl, runId, StageState.TIMED_OUT, reason)) {
                Map<String, StageState> endingPhases = new HashMap<>();
                tables.phases.open(dsl, runId).forEach(id -> endingPhases.put(id, StageState.TIMED_OUT));
                tables.phases.decide(dsl, endingPhases, reason);
                runsToSweep.add(runId);
            }
        }

        /** Starts are in the transaction that fires: what only this timer could start is never left behind. */
        private Ready startWhatWaited() {
            if (!delayed.isEmpty()) {
                tables.waiting.endDelays(dsl, delayed);
            }
            Ready ready = Ready.NOTHING;
            goOn.addAll(starts);
            if (!goOn.isEmpty()) {
                tables.runs.lockAll(dsl, goOn);
            }
            for (String runId : goOn) {
                if (starts.contains(runId)) {
                    ready = ready.and(start(runId));
                }
                ready = ready.and(advance.run(dsl, runId, log));
            }
            return ready;
        }

        private Ready start(String runId) {
            Optional<Duration> timebox = tables.runs.lock(dsl, runId).flatMap(PostgresTimers::timebox);
            if (!tables.runs.start(dsl, runId, timebox)) {
                return Ready.NOTHING;
            }
            timebox.ifPresent(time -> tables.timers.scheduleTimebox(dsl, "run", runId, null, time));
            log.add(Event.ofRun(runId, EventKind.RUN_STARTED, Json.EMPTY_OBJECT));
            return new Ready(List.of(), timebox.isPresent());
        }

        private Ready endTasks() {
            List<EndedTask> ended = tables.live.timeOut(dsl, expiredTasks).stream()
                    .map(live -> new EndedTask(
                            live, TaskState.TIMED_OUT, live.epoch() + 1, live.used(), null, Timeboxes.TASK_IS_OVER))
                    .toList();
            return endings.apply(dsl, ended, log);
        }
    }
}
