package io.orchestrator.store.postgres;

import io.orchestrator.store.LeaseStore.WorkerInfo;
import java.util.Collection;
import java.util.List;
import org.jooq.DSLContext;

/** Statements on workers. */
final class WorkersTable {
    void insert(DSLContext dsl, WorkerInfo w) {
        dsl.query("""
                        INSERT INTO workers (id, host, boot_id, pid, pid_started, slots, version, state)
                        VALUES (?, ?, ?, ?, ?, ?, ?, 'alive')
                        """, w.id(), w.host(), w.bootId(), w.pid(), w.pidStarted(), w.slots(), w.version())
                .execute();
    }

    void drain(DSLContext dsl, String id) {
        dsl.query("UPDATE workers SET state = 'draining' WHERE id = ? AND state = 'alive'", id)
                .execute();
    }

    void stopped(DSLContext dsl, Collection<String> ids, String state) {
        dsl.query("""
                        UPDATE workers SET state = ?, stopped_at = clock_timestamp()
                         WHERE id = ANY (?::text[]) AND stopped_at IS NULL
                        """, state, ids.toArray(String[]::new)).execute();
    }

    List<WorkerInfo> presentOn(DSLContext dsl, String host, String bootId) {
        return dsl.fetch("""
                        SELECT id, host, boot_id, pid, pid_started, slots, version FROM workers
                         WHERE host = ? AND boot_id = ? AND stopped_at IS NULL
                        """, host, bootId)
                .map(r -> new WorkerInfo(
                        r.get("id", String.class),
                        r.get("host", String.class),
                        r.get("boot_id", String.class),
                        r.get("pid", Long.class),
                        r.get("pid_started", String.class),
                        r.get("slots", Integer.class),
                        r.get("version", String.class)));
    }
}
