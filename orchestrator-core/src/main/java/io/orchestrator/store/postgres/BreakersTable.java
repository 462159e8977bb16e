package io.orchestrator.store.postgres;

import io.orchestrator.plan.BreakerRule;
import io.orchestrator.queue.Ticket;
import io.orchestrator.store.Dispatch;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Statements on breakers, and on the tasks that probe for them. */
final class BreakersTable {
    /** A breaker that is not closed, its row locked. */
    record Open(String target, int trips, Duration pause, int probes, String reason) {
        private static final String COLUMNS = "b.target, b.trips, b.wait_ms, b.probes, b.reason";

        static Open of(ResultSet r) throws SQLException {
            return new Open(
                    r.getString("target"),
                    r.getInt("trips"),
                    Duration.ofMillis(r.getLong("wait_ms")),
                    r.getInt("probes"),
                    r.getString("reason"));
        }
    }

    /** Whoever inserts the row holds it; others wait for that transaction and find the row. */
    boolean insert(DSLContext dsl, String target, BreakerRule rule, String reason) {
        return Sql.execute(
                        dsl,
                        """
                                INSERT INTO breakers (target, state, wait_ms, probes, reason, retry_at)
                                VALUES (?, 'open', ?, ?, ?, clock_timestamp() + ? * interval '1 ms') ON CONFLICT DO NOTHING
                                """,
                        target,
                        rule.pause().toMillis(),
                        rule.probes(),
                        reason,
                        rule.pause().toMillis())
                == 1;
    }

    Optional<Open> lock(DSLContext dsl, String target) {
        return Sql.fetch(
                        dsl,
                        "SELECT " + Open.COLUMNS + " FROM breakers b WHERE b.target = ? FOR UPDATE",
                        Open::of,
                        target)
                .stream()
                .findFirst();
    }

    /** The breaker that waits for the outcome of a probe. */
    Optional<Open> lockHalfOpen(DSLContext dsl, String target) {
        return Sql.fetch(
                        dsl,
                        "SELECT " + Open.COLUMNS
                                + " FROM breakers b WHERE b.target = ? AND b.state = 'half_open' FOR UPDATE",
                        Open::of,
                        target)
                .stream()
                .findFirst();
    }

    void reopen(DSLContext dsl, String target, int trips, Duration hold, String reason) {
        Sql.send(dsl, """
                        UPDATE breakers SET state = 'open', trips = ?, reason = ?,
                               retry_at = clock_timestamp() + ? * interval '1 ms'
                         WHERE target = ?
                        """, trips, reason, hold.toMillis(), target);
    }

    void halfOpen(DSLContext dsl, String target, Duration furtherProbesAfter) {
        Sql.send(dsl, """
                        UPDATE breakers SET state = 'half_open', retry_at = clock_timestamp() + ? * interval '1 ms'
                         WHERE target = ?
                        """, furtherProbesAfter.toMillis(), target);
    }

    void delete(DSLContext dsl, String target) {
        Sql.send(dsl, "DELETE FROM breakers WHERE target = ?", target);
    }

    boolean isHeld(DSLContext dsl, String target) {
        return Sql.fetch(
                        dsl,
                        "SELECT EXISTS (SELECT FROM gates g WHERE g.kind = 'target' AND g.name = ? AND"
                                + GateCondition.CLOSED + ") AS held",
                        r -> r.getBoolean("held"),
                        target)
                .getFirst();
    }

    /** Whether the gate is closed for a time, as breakers close it, and not by somebody who will open it. */
    boolean isHeldForATime(DSLContext dsl, String target) {
        return Sql.fetch(
                        dsl,
                        "SELECT EXISTS (SELECT FROM gates g WHERE g.kind = 'target' AND g.name = ? AND g.reopens_at IS NOT NULL AND"
                                + GateCondition.CLOSED + ") AS held",
                        r -> r.getBoolean("held"),
                        target)
                .getFirst();
    }

    /** Breakers whose wait is over, passing over those that another dispatcher is looking at. */
    List<Open> due(DSLContext dsl) {
        return Sql.fetch(
                dsl,
                "SELECT " + Open.COLUMNS
                        + " FROM breakers b WHERE b.retry_at <= statement_timestamp() ORDER BY b.target FOR UPDATE SKIP LOCKED",
                Open::of);
    }

    /**
     * Lets queued tasks of the target pass its gate, so that {@code probes} of them are on their way; the tickets of all
     * that are.
     */
    List<Ticket> probe(DSLContext dsl, String target, int probes) {
        return Sql.fetch(
                dsl,
                """
                        WITH queued AS MATERIALIZED (
                            SELECT l.task_id FROM live_tasks l JOIN tasks t ON t.id = ANY (ARRAY[l.task_id])
                             WHERE l.state = 'queued' AND l.set_aside IS NULL AND t.type || ':' || t.target = ?
                               AND (l.deadline IS NULL OR l.deadline > clock_timestamp())
                               AND NOT EXISTS (SELECT FROM gates g
                                                WHERE g.kind <> 'target' AND""" + GateCondition.CLOSED + "AND" + GateCondition.STANDS_BEFORE + """
                                              )
                             ORDER BY l.probe DESC, l.lane, l.task_id LIMIT ? FOR UPDATE OF l SKIP LOCKED
                        )
                        UPDATE live_tasks l SET probe = true, dispatch_at = clock_timestamp() + ? * interval '1 ms'
                          FROM queued q WHERE l.task_id = ANY (ARRAY[q.task_id])
                        RETURNING l.task_id, l.lane
                        """,
                LiveTasksTable::ticket,
                target,
                probes,
                Dispatch.GRACE.toMillis());
    }

    /** No queued task of the target is a probe any more. */
    void endProbing(DSLContext dsl, String target) {
        Sql.send(dsl, """
                        UPDATE live_tasks l SET probe = false FROM tasks t
                         WHERE l.probe AND l.state = 'queued' AND t.id = l.task_id AND t.type || ':' || t.target = ?
                        """, target);
    }
}
