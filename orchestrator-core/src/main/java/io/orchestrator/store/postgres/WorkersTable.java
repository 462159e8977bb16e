package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.WORKERS;
import static org.jooq.impl.DSL.any;

import io.orchestrator.store.LeaseStore.WorkerInfo;
import java.util.Collection;
import java.util.List;
import org.jooq.DSLContext;

/** Statements on workers. */
final class WorkersTable {
    void insert(DSLContext dsl, WorkerInfo w) {
        dsl.insertInto(WORKERS)
                .set(WORKERS.ID, w.id())
                .set(WORKERS.HOST, w.host())
                .set(WORKERS.BOOT_ID, w.bootId())
                .set(WORKERS.PID, w.pid())
                .set(WORKERS.PID_STARTED, w.pidStarted())
                .set(WORKERS.SLOTS, w.slots())
                .set(WORKERS.VERSION, w.version())
                .set(WORKERS.STATE, "alive")
                .execute();
    }

    void drain(DSLContext dsl, String id) {
        dsl.update(WORKERS)
                .set(WORKERS.STATE, "draining")
                .where(WORKERS.ID.eq(id), WORKERS.STATE.eq("alive"))
                .execute();
    }

    void stopped(DSLContext dsl, Collection<String> ids, String state) {
        dsl.update(WORKERS)
                .set(WORKERS.STATE, state)
                .set(WORKERS.STOPPED_AT, DatabaseClock.NOW)
                .where(WORKERS.ID.eq(any(ids.toArray(String[]::new))), WORKERS.STOPPED_AT.isNull())
                .execute();
    }

    List<WorkerInfo> presentOn(DSLContext dsl, String host, String bootId) {
        return Sql.fetch(
                dsl,
                """
                        SELECT id, pid, pid_started, slots, version FROM workers
                         WHERE host = ? AND boot_id = ? AND stopped_at IS NULL
                        """,
                row -> new WorkerInfo(
                        row.getString("id"),
                        host,
                        bootId,
                        row.getLong("pid"),
                        row.getString("pid_started"),
                        row.getInt("slots"),
                        row.getString("version")),
                host,
                bootId);
    }
}
