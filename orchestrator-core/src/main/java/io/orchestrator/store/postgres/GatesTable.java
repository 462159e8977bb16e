package io.orchestrator.store.postgres;

import io.orchestrator.queue.Ticket;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Gates.Closed;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.Gates.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Statements on gates. */
final class GatesTable {
    /** A gate whose row this transaction deleted. */
    record Removed(boolean wasClosed, Instant closedAt) {}

    /** Closes a gate, or changes how it is closed; true if it was open. What people have paused keeps its first reason. */
    boolean close(DSLContext dsl, Gate gate, Closing closing) {
        return Sql.fetch(
                        dsl,
                        """
                        WITH before AS MATERIALIZED (
                            SELECT g.reason, g.recalls, g.closed_at FROM gates g WHERE g.kind = ? AND g.name = ? AND""" + GateCondition.CLOSED + """
                        ), present AS MATERIALIZED (
                            SELECT clock_timestamp() AS at
                        ), closed AS (
                            INSERT INTO gates AS g (kind, name, reason, recalls, closed_at, reopens_at)
                            SELECT ?, ?, ?, ?, p.at, p.at + ?::bigint * interval '1 ms' FROM present p
                            ON CONFLICT (kind, name) DO UPDATE
                               SET reason = coalesce((SELECT reason FROM before WHERE g.kind <> 'target'), excluded.reason),
                                   recalls = excluded.recalls OR coalesce((SELECT recalls FROM before WHERE g.kind <> 'target'), false),
                                   reopens_at = excluded.reopens_at,
                                   closed_at = coalesce((SELECT closed_at FROM before), excluded.closed_at)
                        )
                        SELECT NOT EXISTS (SELECT FROM before) AS was_open
                        """,
                        r -> r.getBoolean("was_open"),
                        gate.kind().wire(),
                        gate.name(),
                        gate.kind().wire(),
                        gate.name(),
                        Jsonb.clean(closing.reason()),
                        closing.recalls(),
                        closing.reopensAfter().map(Duration::toMillis).orElse(null))
                .getFirst();
    }

    /** Removes a gate; empty where there is none, neither closed nor one that has reopened by itself. */
    Optional<Removed> remove(DSLContext dsl, Gate gate) {
        return Sql.fetch(
                        dsl,
                        "DELETE FROM gates g WHERE g.kind = ? AND g.name = ? RETURNING g.closed_at,"
                                + GateCondition.CLOSED + "AS was_closed",
                        r -> new Removed(r.getBoolean("was_closed"), Sql.at(r, "closed_at")),
                        gate.kind().wire(),
                        gate.name())
                .stream()
                .findFirst();
    }

    /**
     * Makes due what was queued behind a gate that has just been removed and stands behind no other. Returns the first of
     * the tickets, for sending at once; they are due again after the grace, the others now.
     */
    List<Ticket> makeDue(DSLContext dsl, Gate gate, int sentAtOnce) {
        return Sql.fetch(
                dsl,
                """
                        WITH freed AS MATERIALIZED (
                            SELECT l.task_id FROM live_tasks l, (VALUES (?, ?)) AS g(kind, name)
                             WHERE l.state = 'queued' AND""" + GateCondition.STANDS_BEFORE + "AND" + GateCondition.NOT_HELD + """
                             ORDER BY l.task_id FOR UPDATE OF l
                        ), ordered AS (
                            SELECT task_id, row_number() OVER (ORDER BY task_id) <= ? AS sent FROM freed
                        ), due AS (
                            UPDATE live_tasks l
                               SET dispatch_at = clock_timestamp() + CASE WHEN o.sent THEN ? ELSE 0 END * interval '1 ms'
                              FROM ordered o WHERE l.task_id = ANY (ARRAY[o.task_id])
                            RETURNING l.task_id, l.lane, o.sent
                        )
                        SELECT task_id, lane FROM due WHERE sent ORDER BY task_id
                        """,
                LiveTasksTable::ticket,
                gate.kind().wire(),
                gate.name(),
                sentAtOnce,
                Dispatch.GRACE.toMillis());
    }

    List<Closed> closed(DSLContext dsl) {
        return Sql.fetch(
                dsl,
                "SELECT g.kind, g.name, g.reason, g.recalls, g.closed_at, g.reopens_at FROM gates g WHERE"
                        + GateCondition.CLOSED + "ORDER BY g.kind, g.name",
                r -> new Closed(
                        new Gate(Kind.of(r.getString("kind")), r.getString("name")),
                        r.getString("reason"),
                        r.getBoolean("recalls"),
                        Sql.at(r, "closed_at"),
                        Optional.ofNullable(Sql.instant(r, "reopens_at"))));
    }
}
