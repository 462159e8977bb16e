package io.orchestrator.store.postgres;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Priority;
import io.orchestrator.plan.TaskSpecs;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.BudgetDecisions;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Kinship;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.DataRejected;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Hold;
import io.orchestrator.store.PhaseContext;
import io.orchestrator.store.Ready;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.TaskStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims, reports and signs of life, on Postgres. */
final class PostgresTasks implements TaskStore {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresTasks.class);
    /** Many may end at once in one phase and wait for each other; that is not being locked. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private static final Duration LONGEST_WAIT_OF_ONE = Duration.ofMillis(200);

    private final Database database;
    private final Tables tables;
    private final TaskEndings endings;
    private final UpstreamReading upstream;
    private final SettingAside aside;
    private final ClaimStatement claims = new ClaimStatement();
    private final FamilyStatements families = new FamilyStatements();

    PostgresTasks(Database database, Tables tables, TaskEndings endings, UpstreamReading upstream, SettingAside aside) {
        this.aside = aside;
        this.database = database;
        this.tables = tables;
        this.endings = endings;
        this.upstream = upstream;
    }

    @Override
    public List<ClaimedTask> claim(String workerId, Collection<String> taskIds) {
        if (taskIds.isEmpty()) {
            return List.of();
        }
        try {
            return readable(database.statement(dsl -> claims.claim(dsl, workerId, taskIds)));
        } catch (StoreBusy e) {
            LOG.info("one of {} tasks is locked and passed over for now: {}", taskIds.size(), e.getMessage());
            return readable(database.statement(dsl -> claims.claimFree(dsl, workerId, taskIds)));
        } catch (DataRejected e) {
            return oneByOne(workerId, taskIds, e);
        }
    }

    @Override
    public List<ClaimedTask> claimNext(String workerId, int max, List<Priority> order) {
        try {
            return readable(database.statement(dsl -> claims.claimNext(dsl, workerId, max, order)));
        } catch (DataRejected e) {
            return oneByOne(workerId, database.read(dsl -> claims.candidates(dsl, max, order)), e);
        }
    }

    @Override
    public List<ClaimedTask> claimDeclined(String workerId, int max) {
        try {
            return readable(database.statement(dsl -> claims.claimDeclined(dsl, workerId, max)));
        } catch (DataRejected e) {
            return oneByOne(workerId, database.read(dsl -> claims.declined(dsl, workerId, max)), e);
        }
    }

    /** Of a claim that failed as a whole because of what stands in one row, nothing has happened: the others are taken. */
    private List<ClaimedTask> oneByOne(String workerId, Collection<String> taskIds, DataRejected failure) {
        if (taskIds.size() == 1) {
            aside.queued(taskIds.iterator().next(), "it cannot be claimed: " + failure.getMessage());
            return List.of();
        }
        return taskIds.stream()
                .flatMap(id -> claim(workerId, List.of(id)).stream())
                .toList();
    }

    /** Those that can be read; the others, which are claimed as well, end here. */
    private List<ClaimedTask> readable(List<ClaimStatement.Taken> taken) {
        List<ClaimedTask> readable = new ArrayList<>();
        for (ClaimStatement.Taken row : taken) {
            switch (row) {
                case ClaimStatement.Taken.Ready(ClaimedTask task) -> readable.add(task);
                case ClaimStatement.Taken.Damaged(Hold hold, String why) -> aside.task(hold, why);
            }
        }
        return readable;
    }

    @Override
    public Ready setAside(Hold hold, String reason) {
        return aside.task(hold, reason);
    }

    @Override
    public Ready disown(String workerId, Collection<Hold> known) {
        return database.transaction(dsl -> new Ready(
                tables.live.disown(dsl, workerId, known).stream()
                        .map(LiveTask::ticket)
                        .toList(),
                false));
    }

    @Override
    public PhaseContext context(String phaseId, int step) {
        // What is read here does not change any more, so the statements need not see the same instant.
        return database.read(dsl -> {
            PhasesTable.Surroundings found = tables.phases.surroundings(dsl, phaseId);
            PhasePlan phase = PhasesTable.planned(found.plan(), found.runId(), found.name());
            return new PhaseContext(
                    found.runId(),
                    found.name(),
                    found.plan(),
                    found.inputs().overlaidBy(phase.inputs()),
                    upstream.visibleTo(dsl, found.runId(), found.plan(), TaskSpecs.before(phase, step)),
                    found.agents());
        });
    }

    @Override
    public ReportResult report(List<AttemptReport> reports) {
        return report(reports, LONGEST_WAIT);
    }

    @Override
    public ReportResult reportUnlessLocked(AttemptReport report) {
        return report(List.of(report), LONGEST_WAIT_OF_ONE);
    }

    private ReportResult report(List<AttemptReport> reports, Duration longestWait) {
        if (reports.isEmpty()) {
            return new ReportResult(Set.of(), Ready.NOTHING);
        }
        // Rows are locked in one order by every worker, whatever order their attempts ended in.
        List<AttemptReport> ordered = reports.stream()
                .sorted(Comparator.comparing(r -> r.hold().taskId()))
                .toList();
        return database.passingOver(longestWait, dsl -> new ReportBatch(dsl, ordered).apply());
    }

    @Override
    public Set<Hold> heartbeat(List<Heartbeat> heartbeats) {
        return heartbeats.isEmpty()
                ? Set.of()
                : Set.copyOf(database.statement(dsl -> tables.live.heartbeat(dsl, heartbeats)));
    }

    @Override
    public boolean tell(Hold hold, EventKind kind, Json data) {
        return database.transaction(dsl -> {
            Optional<LiveTask> live = tables.live.held(dsl, hold);
            EventLog log = tables.newLog();
            live.ifPresent(task -> log.add(Event.ofTask(task, kind, data)));
            log.write(dsl);
            return live.isPresent();
        });
    }

    /** One batch of reports in one transaction. */
    private final class ReportBatch {
        private final DSLContext dsl;
        private final List<AttemptReport> reports;
        private final Map<String, AttemptReport> byTask = new HashMap<>();
        private final Set<Hold> accepted = new HashSet<>();
        private final List<Ticket> tickets = new ArrayList<>();
        private final EventLog log = tables.newLog();

        ReportBatch(DSLContext dsl, List<AttemptReport> reports) {
            this.dsl = dsl;
            this.reports = reports;
            reports.forEach(r -> byTask.put(r.hold().taskId(), r));
        }

        ReportResult apply() {
            List<AttemptReport> ends = new ArrayList<>();
            List<AttemptReport> retries = new ArrayList<>();
            List<AttemptReport> handBacks = new ArrayList<>();
            List<AttemptReport> waits = new ArrayList<>();
            List<AttemptReport> declined = new ArrayList<>();
            for (AttemptReport report : reports) {
                switch (report.outcome()) {
                    case Outcome.Completed ignored -> ends.add(report);
                    case Outcome.Failed ignored -> ends.add(report);
                    case Outcome.Retry ignored -> retries.add(report);
                    case Outcome.HandedBack ignored -> handBacks.add(report);
                    case Outcome.Awaiting ignored -> waits.add(report);
                    case Outcome.Declined ignored -> declined.add(report);
                }
            }
            families.lock(dsl, reports);
            for (LiveTask goingOn : tables.fallbacks.ofFailed(dsl, ends, log)) {
                accept(goingOn);
                tickets.add(goingOn.ticket());
            }
            List<EndedTask> ended = ends.isEmpty() ? List.of() : end(ends);
            boolean timers = !retries.isEmpty() && retry(retries);
            if (!handBacks.isEmpty()) {
                handBack(handBacks);
            }
            if (!declined.isEmpty()) {
                decline(declined);
            }
            if (!waits.isEmpty()) {
                await(waits);
            }
            Ready ready = endings.apply(dsl, ended, log).and(new Ready(tickets, timers));
            log.write(dsl);
            acceptWhatWasAppliedBefore(ends);
            return new ReportResult(accepted, ready);
        }

        private List<EndedTask> end(List<AttemptReport> ends) {
            List<EndedTask> ended = new ArrayList<>();
            for (LiveTask live : tables.live.end(dsl, ends)) {
                AttemptReport report = accept(live);
                ended.add(
                        switch (report.outcome()) {
                            case Outcome.Completed(Json output) ->
                                new EndedTask(
                                        live,
                                        TaskState.COMPLETED,
                                        live.epoch(),
                                        used(live, report),
                                        Jsonb.text(output),
                                        null);
                            case Outcome.Failed(var failure) ->
                                new EndedTask(
                                        live,
                                        TaskState.FAILED,
                                        live.epoch(),
                                        used(live, report),
                                        null,
                                        Jsonb.clean(failure.message()));
                            case Outcome.Retry ignored -> throw new IllegalStateException("a retry is no end");
                            case Outcome.HandedBack ignored -> throw new IllegalStateException("a hand-back is no end");
                            case Outcome.Declined ignored -> throw new IllegalStateException("a refusal is no end");
                            case Outcome.Awaiting ignored -> throw new IllegalStateException("a wait is no end");
                        });
            }
            return ended;
        }

        /** What was booked while the report was under way is not taken back by it. */
        private static Usage used(LiveTask live, AttemptReport report) {
            return live.used().plus(BudgetDecisions.more(live.used(), report.used()));
        }

        /** Failing and setting the timer of the next attempt are one transaction, so no task is stranded between. */
        private boolean retry(List<AttemptReport> retries) {
            List<LiveTask> live = tables.live.retry(dsl, retries);
            List<Long> delays = new ArrayList<>();
            for (LiveTask task : live) {
                Outcome.Retry retry = (Outcome.Retry) accept(task).outcome();
                delays.add(retry.delay().toMillis());
                log.add(Event.ofTask(
                        task,
                        EventKind.TASK_RETRYING,
                        Json.object(
                                "error",
                                retry.failure().message(),
                                "delayMs",
                                retry.delay().toMillis(),
                                "startedAt",
                                String.valueOf(task.claimedAt()))));
            }
            if (!live.isEmpty()) {
                tables.timers.scheduleRetries(dsl, live, delays);
            }
            return !live.isEmpty();
        }

        private void handBack(List<AttemptReport> handBacks) {
            for (LiveTask task : tables.live.handBack(dsl, handBacks, ReportBatch::delay)) {
                AttemptReport report = accept(task);
                Outcome.HandedBack back = (Outcome.HandedBack) report.outcome();
                log.add(Event.ofTask(
                        task,
                        EventKind.TASK_HANDED_BACK,
                        Json.object("reason", back.reason(), "startedAt", String.valueOf(task.claimedAt()))));
                if (back.delay().isZero()) {
                    tickets.add(task.ticket());
                }
            }
        }

        /** Said once for each target, however often the task goes around among workers that do not know it. */
        private void decline(List<AttemptReport> reports) {
            for (LiveTasksTable.Declined declined : tables.live.decline(dsl, reports)) {
                LiveTask task = declined.task();
                Outcome.Declined said = (Outcome.Declined) accept(task).outcome();
                if (declined.inARow() == 1) {
                    log.add(Event.ofTask(
                            task,
                            EventKind.TASK_HANDED_BACK,
                            Json.object("reason", said.reason(), "startedAt", String.valueOf(task.claimedAt()))));
                }
            }
        }

        private void await(List<AttemptReport> waits) {
            for (LiveTask task : families.await(dsl, waits)) {
                accept(task);
                log.add(Event.ofTask(
                        task,
                        EventKind.TASK_WAITING,
                        Json.object("children", task.openChildren(), "startedAt", String.valueOf(task.claimedAt()))));
                if (Kinship.afterAwait(task.openChildren()) == TaskState.QUEUED) {
                    tickets.add(task.ticket());
                }
            }
        }

        private static Duration delay(AttemptReport report) {
            Duration delay = ((Outcome.HandedBack) report.outcome()).delay();
            return delay.isZero() ? Dispatch.GRACE : delay;
        }

        private AttemptReport accept(LiveTask live) {
            AttemptReport report = byTask.get(live.taskId());
            if (report == null) {
                throw new IllegalStateException("task " + live.taskId() + " was not reported, but changed");
            }
            accepted.add(report.hold());
            return report;
        }

        /** When a commit's answer was lost the same report comes again; what it did then is no refusal now. */
        private void acceptWhatWasAppliedBefore(List<AttemptReport> ends) {
            List<Hold> unmatched = ends.stream()
                    .map(AttemptReport::hold)
                    .filter(h -> !accepted.contains(h))
                    .toList();
            if (unmatched.isEmpty()) {
                return;
            }
            Set<String> known = Set.copyOf(tables.tasks.endedUnder(
                    dsl,
                    unmatched.stream().map(Hold::taskId).toArray(String[]::new),
                    unmatched.stream().map(Hold::epoch).toArray(Long[]::new)));
            unmatched.stream().filter(h -> known.contains(h.taskId())).forEach(accepted::add);
        }
    }
}
