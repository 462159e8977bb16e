package io.orchestrator.store.postgres;

import io.orchestrator.run.LeaseDecisions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jooq.DSLContext;

/** Statements on leases, judged by Postgres' own clock. */
final class LeasesTable {
    void grant(DSLContext dsl, String workerId, Duration lease) {
        dsl.query(
                        "INSERT INTO leases (worker_id, until) VALUES (?, clock_timestamp() + ? * interval '1 ms')",
                        workerId,
                        lease.toMillis())
                .execute();
    }

    /** False when the lease was taken away. One that has run out but still stands may be renewed: nobody was given it. */
    boolean renew(DSLContext dsl, String workerId, Duration lease) {
        return dsl.query(
                                "UPDATE leases SET until = clock_timestamp() + ? * interval '1 ms' WHERE worker_id = ?",
                                lease.toMillis(),
                                workerId)
                        .execute()
                == 1;
    }

    /**
     * Takes away leases that have run out. Deleting waits for a claim that is under way (it holds the row by FOR KEY
     * SHARE), so the tasks it took are visible to the statement that follows.
     */
    List<String> takeExpired(DSLContext dsl, int max) {
        return dsl.fetch("""
                        WITH expired AS MATERIALIZED (
                            SELECT worker_id FROM leases WHERE until < clock_timestamp() ORDER BY until LIMIT ?
                               FOR UPDATE SKIP LOCKED
                        )
                        DELETE FROM leases l USING expired e WHERE l.worker_id = e.worker_id RETURNING l.worker_id
                        """, max).map(r -> r.get("worker_id", String.class));
    }

    List<String> take(DSLContext dsl, Collection<String> workerIds) {
        return dsl.fetch("DELETE FROM leases WHERE worker_id = ANY (?::text[]) RETURNING worker_id", (Object)
                        workerIds.toArray(String[]::new))
                .map(r -> r.get("worker_id", String.class));
    }

    int credit(DSLContext dsl, Duration lease) {
        return dsl.query(
                        "UPDATE leases SET until = greatest(until, clock_timestamp() + ? * interval '1 ms')",
                        lease.toMillis())
                .execute();
    }

    /** After a step back of the database's clock a dead worker's lease would look alive for as long as the step. */
    void clampToClock(DSLContext dsl, Duration lease) {
        dsl.query("""
                        UPDATE leases SET until = clock_timestamp() + ? * interval '1 ms'
                         WHERE until > clock_timestamp() + ? * interval '1 ms'
                        """, lease.toMillis(), LeaseDecisions.farthestEnd(lease).toMillis())
                .execute();
    }
}
