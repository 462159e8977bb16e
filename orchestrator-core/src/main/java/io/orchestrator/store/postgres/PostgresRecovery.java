package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.LeaseDecisions;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Recovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reaper's and the reconciler's transactions. */
final class PostgresRecovery implements Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresRecovery.class);
    private static final String ROUND = "reaper";

    private final Database database;
    private final Tables tables;
    private final TaskEndings endings;
    private final Sweep sweep;
    private final SettingAside aside;
    private final ForcedEnding forced;

    PostgresRecovery(Database database, Tables tables, TaskEndings endings, Sweep sweep, SettingAside aside) {
        this.aside = aside;
        this.forced = new ForcedEnding(database, tables);
        this.database = database;
        this.tables = tables;
        this.endings = endings;
        this.sweep = sweep;
    }

    @Override
    public Round reap(Duration lease, int maxClaims, int maxWorkers) {
        return withoutTheDying(
                () -> reapAtOnce(lease, maxClaims, maxWorkers),
                () -> database.read(dsl -> tables.live.dying(dsl, tables.leases.expired(dsl), maxClaims)),
                maxClaims);
    }

    /**
     * Where a round fails as a whole, it is because of a task whose end cannot be recorded: those that are to end are ended
     * one by one, or left alone, and then the round is made without them.
     */
    private Round withoutTheDying(Supplier<Round> round, Supplier<List<LiveTask>> dying, int maxClaims) {
        try {
            return round.get();
        } catch (RuntimeException e) {
            if (!SettingAside.concernsTheRow(e)) {
                throw e;
            }
            LOG.warn("what lost workers held cannot be taken back as a whole: {}", e.getMessage());
        }
        Ready ready = Ready.NOTHING;
        List<LiveTask> ended = dying.get();
        for (LiveTask task : ended) {
            ready = ready.and(aside.task(new Hold(task.taskId(), task.epoch()), epitaph(task, maxClaims)));
        }
        Round rest = round.get();
        return new Round(
                rest.credited(), rest.lost(), rest.requeued(), rest.buried() + ended.size(), ready.and(rest.ready()));
    }

    private static String epitaph(LiveTask task, int maxClaims) {
        return EndingDecisions.epitaph(maxClaims, String.valueOf(task.workerId()));
    }

    private Round reapAtOnce(Duration lease, int maxClaims, int maxWorkers) {
        return database.transaction(dsl -> {
            Optional<Duration> since = tables.reaperRounds.mark(dsl, ROUND);
            if (LeaseDecisions.creditsInstead(since, lease)) {
                return new Round(tables.leases.credit(dsl, lease), List.of(), 0, 0, Ready.NOTHING);
            }
            tables.leases.clampToClock(dsl, lease);
            return collect(dsl, tables.leases.takeExpired(dsl, maxWorkers), maxClaims);
        });
    }

    @Override
    public Round takeAway(Collection<String> workerIds, int maxClaims) {
        return withoutTheDying(
                () -> takeAwayAtOnce(workerIds, maxClaims),
                () -> database.read(dsl -> tables.live.dying(dsl, workerIds, maxClaims)),
                maxClaims);
    }

    private Round takeAwayAtOnce(Collection<String> workerIds, int maxClaims) {
        return database.transaction(dsl -> {
            tables.leases.take(dsl, workerIds);
            return collect(dsl, List.copyOf(workerIds), maxClaims);
        });
    }

    /** Puts back, or buries, what workers held whose leases this transaction has taken. */
    private Round collect(DSLContext dsl, List<String> lost, int maxClaims) {
        if (lost.isEmpty()) {
            return new Round(0, lost, 0, 0, Ready.NOTHING);
        }
        tables.workers.stopped(dsl, lost, "lost");
        EventLog log = tables.newLog();
        List<Ticket> goingOn = tables.fallbacks.ofLost(dsl, lost, maxClaims, log);
        List<LiveTask> buried = tables.live.bury(dsl, lost, maxClaims);
        List<EndedTask> dead = buried.stream()
                .map(live -> new EndedTask(
                        live, TaskState.DEAD, live.epoch() + 1, live.used(), null, epitaph(live, maxClaims)))
                .toList();
        List<LiveTask> requeued = tables.live.requeue(dsl, lost, maxClaims);
        requeued.forEach(task -> log.add(Event.ofTask(task, EventKind.TASK_RECLAIMED, Json.EMPTY_OBJECT)));
        Ready ready = endings.apply(dsl, dead, log);
        log.write(dsl);
        List<Ticket> tickets = new ArrayList<>(goingOn);
        requeued.forEach(task -> tickets.add(task.ticket()));
        return new Round(0, lost, tickets.size(), dead.size(), ready.and(new Ready(tickets, false)));
    }

    @Override
    public List<WorkerInfo> workersOn(String host, String bootId) {
        return database.read(dsl -> tables.workers.presentOn(dsl, host, bootId));
    }

    @Override
    public long liveWorkers() {
        return database.read(dsl -> Sql.fetch(
                        dsl, "SELECT count(*) AS n FROM leases WHERE until > clock_timestamp()", r -> r.getLong("n"))
                .getFirst());
    }

    @Override
    public Ready wakeForgotten(int max) {
        return database.transaction(dsl -> {
            List<LiveTask> woken = tables.live.wakeForgotten(dsl, max);
            if (woken.isEmpty()) {
                return Ready.NOTHING;
            }
            EventLog log = tables.newLog();
            woken.forEach(task -> log.add(Event.ofTask(task, EventKind.TASK_RETRY_RESTORED, Json.EMPTY_OBJECT)));
            log.write(dsl);
            return new Ready(woken.stream().map(LiveTask::ticket).toList(), false);
        });
    }

    @Override
    public void endContradictory(int max) {
        for (String runId : forced.contradictory(max)) {
            try {
                forced.endContradictory(runId);
            } catch (RuntimeException e) {
                if (!SettingAside.concernsTheRow(e)) {
                    throw e;
                }
                aside.run(runId, e);
            }
        }
    }

    @Override
    public Ready sweep(int max) {
        Ready ready = Ready.NOTHING;
        for (String runId : sweep.needAttention(max)) {
            ready = ready.and(sweep(runId));
        }
        return ready;
    }

    /** A run that cannot be moved on harms itself only. */
    private Ready sweep(String runId) {
        try {
            return sweep.run(runId);
        } catch (RuntimeException e) {
            if (!SettingAside.concernsTheRow(e)) {
                throw e;
            }
            aside.run(runId, e);
            return Ready.NOTHING;
        }
    }
}
