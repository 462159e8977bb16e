package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.LEASES;
import static org.jooq.impl.DSL.any;

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
     * Locks leases that have run out, so that they are neither renewed nor claimed under. One under which a claim is under way
     * (it holds the row by FOR KEY SHARE) is passed over.
     */
    List<String> lockExpired(DSLContext dsl, int max) {
        return Sql.fetch(dsl, """
                        SELECT worker_id FROM leases WHERE until < statement_timestamp() ORDER BY until LIMIT ?
                           FOR UPDATE SKIP LOCKED
                        """, r -> r.getString("worker_id"), max);
    }

    /** Waits for a claim that is under way, so the tasks it took are visible to the statement that follows. */
    void lock(DSLContext dsl, Collection<String> workerIds) {
        Sql.send(
                dsl,
                "SELECT worker_id FROM leases WHERE worker_id = ANY (?::text[]) ORDER BY worker_id FOR UPDATE",
                (Object) workerIds.toArray(String[]::new));
    }

    List<String> take(DSLContext dsl, Collection<String> workerIds) {
        return dsl.deleteFrom(LEASES)
                .where(LEASES.WORKER_ID.eq(any(workerIds.toArray(String[]::new))))
                .returningResult(LEASES.WORKER_ID)
                .fetch(Record1::value1);
    }

    /** One that is locked is being renewed or given up at this moment. */
    int credit(DSLContext dsl, Duration lease) {
        return Sql.execute(dsl, """
                        UPDATE leases l SET until = greatest(l.until, clock_timestamp() + ? * interval '1 ms')
                         WHERE l.worker_id = ANY (ARRAY(SELECT worker_id FROM leases FOR NO KEY UPDATE SKIP LOCKED))
                        """, lease.toMillis());
    }

    /** After a step back of the database's clock a dead worker's lease would look alive for as long as the step. */
    void clampToClock(DSLContext dsl, Duration lease) {
        Sql.send(dsl, """
                        UPDATE leases SET until = clock_timestamp() + ? * interval '1 ms'
                         WHERE until > clock_timestamp() + ? * interval '1 ms'
                        """, lease.toMillis(), LeaseDecisions.farthestEnd(lease).toMillis());
    }
}
