package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.LEASES;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.greatest;

import io.orchestrator.run.LeaseDecisions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record1;

/** Statements on leases, judged by Postgres' own clock. */
final class LeasesTable {
    /** Workers whose lease has run out and was not taken away yet. */
    List<String> expired(DSLContext dsl) {
        return Sql.fetch(
                dsl, "SELECT worker_id FROM leases WHERE until <= clock_timestamp()", r -> r.getString("worker_id"));
    }

    void grant(DSLContext dsl, String workerId, Duration lease) {
        dsl.insertInto(LEASES)
                .set(LEASES.WORKER_ID, workerId)
                .set(LEASES.UNTIL, DatabaseClock.in(lease))
                .execute();
    }

    /** False when the lease was taken away. One that has run out but still stands may be renewed: nobody was given it. */
    boolean renew(DSLContext dsl, String workerId, Duration lease) {
        return Sql.execute(
                        dsl,
                        "UPDATE leases SET until = clock_timestamp() + ? * interval '1 ms' WHERE worker_id = ?",
                        lease.toMillis(),
                        workerId)
                == 1;
    }

    /**
     * Takes away leases that have run out. Deleting waits for a claim that is under way (it holds the row by FOR KEY
     * SHARE), so the tasks it took are visible to the statement that follows.
     */
    List<String> takeExpired(DSLContext dsl, int max) {
        return Sql.fetch(dsl, """
                        WITH expired AS MATERIALIZED (
                            SELECT worker_id FROM leases WHERE until < statement_timestamp() ORDER BY until LIMIT ?
                               FOR UPDATE SKIP LOCKED
                        )
                        DELETE FROM leases l USING expired e WHERE l.worker_id = e.worker_id RETURNING l.worker_id
                        """, r -> r.getString("worker_id"), max);
    }

    List<String> take(DSLContext dsl, Collection<String> workerIds) {
        return dsl.deleteFrom(LEASES)
                .where(LEASES.WORKER_ID.eq(any(workerIds.toArray(String[]::new))))
                .returningResult(LEASES.WORKER_ID)
                .fetch(Record1::value1);
    }

    int credit(DSLContext dsl, Duration lease) {
        return dsl.update(LEASES)
                .set(LEASES.UNTIL, greatest(LEASES.UNTIL, DatabaseClock.in(lease)))
                .execute();
    }

    /** After a step back of the database's clock a dead worker's lease would look alive for as long as the step. */
    void clampToClock(DSLContext dsl, Duration lease) {
        Sql.send(dsl, """
                        UPDATE leases SET until = clock_timestamp() + ? * interval '1 ms'
                         WHERE until > clock_timestamp() + ? * interval '1 ms'
                        """, lease.toMillis(), LeaseDecisions.farthestEnd(lease).toMillis());
    }
}
