package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.LeaseDecisions;
import io.orchestrator.store.LeaseStore.WorkerInfo;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.StoreBusy;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reaper's and the reconciler's transactions. */
final class PostgresRecovery implements Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresRecovery.class);
    private static final String ROUND = "reaper";

    private final Database database;
    private final Tables tables;
    private final TakingBack taking;
    private final Sweep sweep;
    private final SettingAside aside;
    private final ForcedEnding forced;
    private final Mending mending;

    PostgresRecovery(Database database, Tables tables, TaskEndings endings, Sweep sweep, SettingAside aside) {
        this.aside = aside;
        this.forced = new ForcedEnding(database, tables);
        this.mending = new Mending(database, tables);
        this.database = database;
        this.tables = tables;
        this.taking = new TakingBack(database, tables, endings, aside);
        this.sweep = sweep;
    }

    /**
     * The round is marked in a transaction of its own: whatever keeps the reaper from taking, it was there to see who renews.
     * Time may pass between the two, so the mark is judged again before anything is taken.
     */
    @Override
    public Round reap(Duration lease, int maxClaims, int maxWorkers) {
        Optional<Round> credited = database.transaction(dsl -> {
            Optional<Duration> since = tables.reaperRounds.mark(dsl, ROUND);
            return LeaseDecisions.creditsInstead(since, lease)
                    ? Optional.of(new Round(tables.leases.credit(dsl, lease), List.of(), 0, 0, Ready.NOTHING))
                    : Optional.empty();
        });
        return credited.orElseGet(() -> taking.of(
                dsl -> {
                    if (LeaseDecisions.creditsInstead(tables.reaperRounds.age(dsl, ROUND), lease)) {
                        return List.of();
                    }
                    tables.leases.clampToClock(dsl, lease);
                    return tables.leases.lockExpired(dsl, maxWorkers);
                },
                () -> database.read(tables.leases::expired),
                maxClaims));
    }

    @Override
    public Round takeAway(Collection<String> workerIds, int maxClaims) {
        List<String> lost = List.copyOf(workerIds);
        return taking.of(
                dsl -> {
                    tables.leases.lock(dsl, lost);
                    return lost;
                },
                () -> lost,
                maxClaims);
    }

    @Override
    public List<WorkerInfo> workersOn(String host, String bootId) {
        return database.read(dsl -> tables.workers.presentOn(dsl, host, bootId));
    }

    @Override
    public List<String> withoutLease() {
        return database.housekeeping(dsl -> Sql.fetch(dsl, """
                        SELECT DISTINCT l.worker_id FROM live_tasks l
                         WHERE l.state = 'running' AND NOT EXISTS (SELECT FROM leases h WHERE h.worker_id = l.worker_id)
                         ORDER BY 1 LIMIT 100
                        """, r -> r.getString("worker_id")));
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
    public Ready mend(int max) {
        endContradictory(max);
        return mending.all(max);
    }

    private void endContradictory(int max) {
        for (String runId : forced.contradictory(max)) {
            try {
                forced.endContradictory(runId);
            } catch (StoreBusy e) {
                LOG.info("run {} is locked and passed over for now: {}", runId, e.getMessage());
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

    /** A run that cannot be moved on harms itself only, and so does one whose rows somebody else holds. */
    private Ready sweep(String runId) {
        try {
            return sweep.runUnlessLocked(runId);
        } catch (StoreBusy e) {
            LOG.info("run {} is locked and passed over for now: {}", runId, e.getMessage());
            return Ready.NOTHING;
        } catch (RuntimeException e) {
            if (!SettingAside.concernsTheRow(e)) {
                throw e;
            }
            aside.run(runId, e);
            return Ready.NOTHING;
        }
    }
}
