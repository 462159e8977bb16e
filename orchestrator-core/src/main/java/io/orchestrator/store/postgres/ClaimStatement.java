package io.orchestrator.store.postgres;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Usage;
import io.orchestrator.plan.TaskType;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * The claim: a compare-and-set from queued to running that raises the epoch, for a worker whose lease stands.
 *
 * <p>The lease's row is held FOR KEY SHARE: renewals do not wait for it, but taking the lease away does, so no task is
 * claimed for a worker after its tasks were collected. The claim commits synchronously like everything else; an epoch
 * that a crash could hand out twice would fence nobody.
 *
 * <p>What stands behind a {@link GateCondition closed gate} is not wanted: it stays queued.
 */
final class ClaimStatement {
    private static final String CHECKPOINT =
            "k.seq AS ck_seq, k.token AS ck_token, k.data::text AS ck_data, k.data_zstd AS ck_zstd";

    private static final String TAKE = """
            , holder AS (
                SELECT worker_id FROM leases WHERE worker_id = ? AND until > clock_timestamp() FOR KEY SHARE
            ), claimed AS (
                UPDATE live_tasks l
                   SET state = 'running', epoch = l.epoch + 1, claims = l.claims + 1, worker_id = h.worker_id,
                       claimed_at = clock_timestamp(), heartbeat_at = clock_timestamp(), progress = NULL, message = NULL
                  FROM wanted w, holder h
                 WHERE l.task_id = w.task_id AND l.state = 'queued'
                   AND (l.deadline IS NULL OR l.deadline > clock_timestamp())
                   AND (NOT l.budgeted OR NOT EXISTS (SELECT FROM budgets b WHERE b.scope_id IN (l.phase_id, l.run_id)
                                                         AND b.exhausted_at IS NOT NULL))
                RETURNING l.*
            )
            SELECT c.task_id, c.epoch, c.run_id, c.phase_id, c.attempt, c.deadline, c.claimed_at,
                   c.tokens, c.cost_usd, c.tool_ms, c.children, c.open_children, c.budgeted, t.step, t.type, t.target, t.name,
                   t.input::text AS input, t.budget::text AS budget,\s""" + CHECKPOINT + """

              FROM claimed c
              JOIN tasks t ON t.id = c.task_id
              LEFT JOIN LATERAL (
                   SELECT * FROM checkpoints WHERE c.checkpoint_seq > 0 AND task_id = c.task_id ORDER BY seq DESC LIMIT 1
              ) k ON true
            """;

    /**
     * Doubled tickets let workers want the same tasks at once, so the rows are locked in one order. It waits for those
     * that are locked: passing them over would lose the ticket when only the dispatcher was looking at the row.
     */
    List<ClaimedTask> claim(DSLContext dsl, String workerId, Collection<String> taskIds) {
        return dsl.fetch("""
                        WITH wanted AS MATERIALIZED (
                            SELECT l.task_id FROM live_tasks l WHERE l.task_id = ANY (?::text[]) AND l.state = 'queued'
                               AND""" + GateCondition.NOT_HELD + """
                             ORDER BY l.task_id FOR UPDATE OF l
                        )""" + TAKE, taskIds.toArray(String[]::new), workerId)
                .map(ClaimStatement::claimed);
    }

    /** The same without tickets: highest lane first, longest due first, passing over what others are taking. */
    List<ClaimedTask> claimNext(DSLContext dsl, String workerId, int max) {
        return dsl.fetch("""
                        WITH wanted AS MATERIALIZED (
                            SELECT q.task_id FROM generate_series(0, 3) AS lanes(lane)
                             CROSS JOIN LATERAL (
                                   SELECT l.task_id, l.lane, l.dispatch_at FROM live_tasks l
                                    WHERE l.lane = lanes.lane AND l.state = 'queued'
                                      AND (l.deadline IS NULL OR l.deadline > clock_timestamp())
                                      AND""" + GateCondition.NOT_HELD + """
                                    ORDER BY l.dispatch_at LIMIT ? FOR UPDATE OF l SKIP LOCKED) q
                             ORDER BY q.lane, q.dispatch_at LIMIT ?
                        )""" + TAKE, max, max, workerId)
                .map(ClaimStatement::claimed);
    }

    private static ClaimedTask claimed(Record r) {
        return new ClaimedTask(
                new Hold(r.get("task_id", String.class), r.get("epoch", Long.class)),
                r.get("run_id", String.class),
                r.get("phase_id", String.class),
                r.get("step", Integer.class),
                TaskType.of(r.get("type", String.class)),
                r.get("target", String.class),
                r.get("name", String.class),
                r.get("attempt", Integer.class),
                Jsonb.parseObject(r.get("input", String.class)),
                Jsonb.parseObject(r.get("budget", String.class)),
                Optional.ofNullable(r.get("deadline", Instant.class)),
                checkpoint(r),
                r.get("children", Integer.class),
                r.get("open_children", Integer.class),
                r.get("budgeted", Boolean.class),
                new Usage(
                        r.get("tokens", Long.class), r.get("cost_usd", BigDecimal.class), r.get("tool_ms", Long.class)),
                r.get("claimed_at", Instant.class));
    }

    private static Optional<Checkpoint> checkpoint(Record r) {
        return Optional.ofNullable(r.get("ck_seq", Long.class))
                .map(seq -> new Checkpoint(
                        seq,
                        r.get("ck_token", String.class),
                        CheckpointData.read(r.get("ck_data", String.class), r.get("ck_zstd", byte[].class))));
    }
}
