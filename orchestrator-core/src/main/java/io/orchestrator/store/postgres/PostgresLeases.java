package io.orchestrator.store.postgres;

import io.orchestrator.json.Json;
import io.orchestrator.run.EventKind;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LeaseStore;
import io.orchestrator.store.Ready;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Leases on Postgres. Renewals go through a pool of their own, so that busy work cannot starve them. */
final class PostgresLeases implements LeaseStore {
    private final Database database;
    private final Database heartbeats;
    private final Tables tables;

    PostgresLeases(Database database, Database heartbeats, Tables tables) {
        this.database = database;
        this.heartbeats = heartbeats;
        this.tables = tables;
    }

    @Override
    public void register(WorkerInfo worker, Duration lease) {
        database.inTransaction(dsl -> {
            tables.workers.insert(dsl, worker);
            tables.leases.grant(dsl, worker.id(), lease);
        });
    }

    @Override
    public Renewal renew(String workerId, Duration lease, Collection<Hold> holds) {
        return heartbeats.read(dsl -> {
            if (!tables.leases.renew(dsl, workerId, lease)) {
                return new Renewal(false, List.of());
            }
            return new Renewal(true, holds.isEmpty() ? List.of() : trusted(dsl, holds));
        });
    }

    private static List<Trusted> trusted(DSLContext dsl, Collection<Hold> holds) {
        return Sql.fetch(
                dsl,
                """
                        SELECT l.task_id, l.epoch, l.wrap_up_at,
                               EXISTS (SELECT FROM gates g WHERE g.recalls AND""" + GateCondition.CLOSED + "AND" + GateCondition.STANDS_BEFORE + """
                               ) AS recalled
                          FROM unnest(?::text[], ?::bigint[]) AS h(task_id, epoch)
                          JOIN live_tasks l ON l.task_id = ANY (ARRAY[h.task_id]) AND l.epoch = h.epoch AND l.state = 'running'
                        """,
                r -> new Trusted(
                        new Hold(r.getString("task_id"), r.getLong("epoch")),
                        Optional.ofNullable(Sql.instant(r, "wrap_up_at")),
                        r.getBoolean("recalled")),
                holds.stream().map(Hold::taskId).toArray(String[]::new),
                holds.stream().map(Hold::epoch).toArray(Long[]::new));
    }

    @Override
    public void drain(String workerId) {
        database.inTransaction(dsl -> tables.workers.drain(dsl, workerId));
    }

    @Override
    public Ready release(String workerId) {
        return database.transaction(dsl -> {
            List<String> ids = List.of(workerId);
            tables.leases.take(dsl, ids);
            tables.workers.stopped(dsl, ids, "stopped");
            List<LiveTask> left = tables.live.disown(dsl, workerId, List.of());
            EventLog log = tables.newLog();
            left.forEach(task -> log.add(Event.ofTask(
                    task, EventKind.TASK_HANDED_BACK, Json.object("reason", "worker " + workerId + " stopped"))));
            log.write(dsl);
            return new Ready(left.stream().map(LiveTask::ticket).toList(), false);
        });
    }
}
