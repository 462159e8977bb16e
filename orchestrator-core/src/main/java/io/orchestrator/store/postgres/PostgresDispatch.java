package io.orchestrator.store.postgres;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.LaneDepth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** The dispatcher's statements. */
final class PostgresDispatch implements Dispatch {
    private final Database database;
    private final PostgresBreakers breakers;

    PostgresDispatch(Database database, PostgresBreakers breakers) {
        this.database = database;
        this.breakers = breakers;
    }

    @Override
    public List<Ticket> due(int max, Function<Priority, Duration> again) {
        return database.transaction(dsl -> {
            List<Ticket> tickets = new ArrayList<>(breakers.probe(dsl));
            tickets.addAll(sendAgain(dsl, max, again));
            return tickets;
        });
    }

    /**
     * What is behind a closed gate is put off like the others, without a ticket, so that it is not looked at in every
     * round; at the latest until its gate opens by itself.
     */
    private static List<Ticket> sendAgain(DSLContext dsl, int max, Function<Priority, Duration> again) {
        Long[] againMs = Arrays.stream(Priority.values())
                .map(lane -> again.apply(lane).toMillis())
                .toArray(Long[]::new);
        return Sql.fetch(
                dsl,
                """
                        WITH due AS MATERIALIZED (
                            SELECT q.task_id FROM generate_series(0, 3) AS lanes(lane)
                             CROSS JOIN LATERAL (
                                   SELECT task_id, lane, dispatch_at FROM live_tasks
                                    WHERE lane = lanes.lane AND state = 'queued' AND set_aside IS NULL AND dispatch_at <= statement_timestamp()
                                    ORDER BY dispatch_at LIMIT ? FOR UPDATE SKIP LOCKED) q
                             ORDER BY q.lane, q.dispatch_at LIMIT ?
                        ), looked_at AS (
                            UPDATE live_tasks l
                               SET dispatch_at = least(clock_timestamp() + (?::bigint[])[l.lane + 1] * (0.75 + 0.5 * random()) * interval '1 ms',
                                                       (SELECT min(g.reopens_at) FROM gates g
                                                         WHERE""" + GateCondition.CLOSED + "AND" + GateCondition.STANDS_BEFORE + """
                                                       ))
                              WHERE l.task_id = ANY (ARRAY(SELECT task_id FROM due))
                            RETURNING l.task_id, l.lane, l.run_id, l.probe
                        )
                        SELECT l.task_id, l.lane FROM looked_at l WHERE""" + GateCondition.NOT_HELD,
                LiveTasksTable::ticket,
                max,
                max,
                againMs);
    }

    @Override
    public List<LaneDepth> lanes() {
        return database.snapshot(dsl -> Sql.fetch(
                dsl,
                """
                        SELECT lanes.lane, count(*) FILTER (WHERE l.state = 'queued') AS queued,
                               count(*) FILTER (WHERE l.state = 'running') AS running,
                               count(*) FILTER (WHERE l.state = 'retrying') AS retrying,
                               count(*) FILTER (WHERE l.state = 'pending') AS pending
                          FROM generate_series(0, 3) AS lanes(lane) LEFT JOIN live_tasks l ON l.lane = lanes.lane
                         GROUP BY lanes.lane ORDER BY lanes.lane
                        """,
                r -> new LaneDepth(
                        Priority.ofLane(r.getInt("lane")),
                        r.getLong("queued"),
                        r.getLong("running"),
                        r.getLong("retrying"),
                        r.getLong("pending"))));
    }

    @Override
    public int everythingIsDue(Duration spread) {
        return database.transaction(dsl -> Sql.execute(dsl, """
                        UPDATE live_tasks SET dispatch_at = clock_timestamp() + ? * random() * interval '1 ms'
                         WHERE task_id IN (SELECT task_id FROM live_tasks WHERE state = 'queued' AND set_aside IS NULL FOR UPDATE SKIP LOCKED)
                        """, spread.toMillis()));
    }
}
