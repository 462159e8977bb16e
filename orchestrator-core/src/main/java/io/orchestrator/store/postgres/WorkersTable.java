package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.WORKERS;
import static org.jooq.impl.DSL.any;

import io.orchestrator.store.LeaseStore.WorkerInfo;
import java.util.Collection;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Records;

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
        return dsl.select(
                        WORKERS.ID,
                        WORKERS.HOST,
                        WORKERS.BOOT_ID,
                        WORKERS.PID,
                        WORKERS.PID_STARTED,
                        WORKERS.SLOTS,
                        WORKERS.VERSION)
                .from(WORKERS)
                .where(WORKERS.HOST.eq(host), WORKERS.BOOT_ID.eq(bootId), WORKERS.STOPPED_AT.isNull())
                .fetch(Records.mapping(WorkerInfo::new));
    }
}
