package io.orchestrator.store.postgres;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.json.JsonException;
import io.orchestrator.plan.Priority;
import io.orchestrator.plan.TaskType;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Unreadable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

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
    /**
     * The lease's row, held; no row where it does not stand. From here on nothing waits for a lock for longer than half a
     * second: it is set for the transaction that this statement is, which saves making one of several.
     */
    private static final String HOLDER = """
            holder AS MATERIALIZED (
                SELECT worker_id FROM leases
                 WHERE worker_id = ? AND until > clock_timestamp() AND set_config('lock_timeout', '500', true) <> '' FOR KEY SHARE
            )""";

    private static final String TAKE = """
            UPDATE live_tasks l
               SET state = 'running', epoch = l.epoch + 1, claims = l.claims + 1, worker_id = h.worker_id,
                   claimed_at = clock_timestamp(), heartbeat_at = clock_timestamp(), progress = NULL, message = NULL,
                   ready_since = CASE WHEN l.declined > 0 THEN l.ready_since
                                      ELSE greatest(l.released_at, l.claimed_at, l.heartbeat_at) END
            """;

    private static final String MAY_RUN = """
            l.state = 'queued' AND l.set_aside IS NULL AND (l.deadline IS NULL OR l.deadline > clock_timestamp())
                   AND (NOT l.budgeted OR NOT EXISTS (SELECT FROM budgets b WHERE b.scope_id IN (l.phase_id, l.run_id)
                                                         AND b.exhausted_at IS NOT NULL))
            """;

    private static final String TOLD = """
            SELECT c.task_id, c.epoch, c.probe, c.run_id, c.phase_id, c.attempt, c.deadline, c.claimed_at,
                   c.tokens, c.cost_usd, c.tool_ms, c.children, c.open_children, c.budgeted, t.round, t.step, t.type, t.target,
                   t.fell_back ->> 'from' AS fell_back_from, t.fell_back ->> 'error' AS fell_back_error, t.name,
                   t.input::text AS input, t.budget::text AS budget,
                   k.seq AS ck_seq, k.token AS ck_token, k.data::text AS ck_data, k.data_zstd AS ck_zstd
              FROM claimed c
              LEFT JOIN tasks t ON t.id = ANY (ARRAY[c.task_id])
              LEFT JOIN LATERAL (
                   SELECT * FROM checkpoints WHERE c.checkpoint_seq > 0 AND task_id = c.task_id
                      AND (t.fell_back IS NULL OR seq > (t.fell_back ->> 'afterSeq')::bigint)
                    ORDER BY seq DESC LIMIT 1
              ) k ON true
             ORDER BY c.task_id
            """;

    /** A row that the claim took. */
    sealed interface Taken {
        /** It can be worked on. */
        record Ready(ClaimedTask task) implements Taken {}

        /** It cannot even be read. */
        record Damaged(Hold hold, String why) implements Taken {}
    }

    /**
     * Doubled tickets let workers want the same tasks at once; their rows are found, and so locked, in the order of the
     * index that the ids are looked up in. It waits a moment for those that are locked: passing them over would lose the
     * ticket when only the dispatcher was looking at the row.
     *
     * What somebody holds for longer makes the statement fail.
     */
    List<Taken> claim(DSLContext dsl, String workerId, Collection<String> taskIds) {
        return Sql.fetch(
                dsl,
                "WITH " + HOLDER + ", claimed AS (" + TAKE + " FROM holder h WHERE l.task_id = ANY (?::text[]) AND "
                        + MAY_RUN + " AND " + GateCondition.NOT_HELD + " RETURNING l.*) " + TOLD,
                ClaimStatement::taken,
                workerId,
                taskIds.toArray(String[]::new));
    }

    /** As {@link #claim}, passing over what is locked: its ticket is lost, and sent again. */
    List<Taken> claimFree(DSLContext dsl, String workerId, Collection<String> taskIds) {
        return Sql.fetch(
                dsl,
                "WITH " + HOLDER
                        + ", free AS MATERIALIZED (SELECT task_id FROM live_tasks WHERE task_id = ANY (?::text[])"
                        + " ORDER BY task_id FOR UPDATE SKIP LOCKED), claimed AS (" + TAKE
                        + " FROM holder h WHERE l.task_id = ANY (ARRAY(SELECT task_id FROM free)) AND " + MAY_RUN
                        + " AND "
                        + GateCondition.NOT_HELD + " RETURNING l.*) " + TOLD,
                ClaimStatement::taken,
                workerId,
                taskIds.toArray(String[]::new));
    }

    /** The same without tickets: lane by lane in this order, longest due first, passing over what others are taking. */
    List<Taken> claimNext(DSLContext dsl, String workerId, int max, List<Priority> order) {
        Integer[] lanes = order.stream().map(Priority::lane).toArray(Integer[]::new);
        return Sql.fetch(
                dsl,
                """
                        WITH wanted AS MATERIALIZED (
                            SELECT q.task_id FROM unnest(?::int[]) WITH ORDINALITY AS lanes(lane, turn)
                             CROSS JOIN LATERAL (
                                   SELECT l.task_id, l.lane, l.dispatch_at FROM live_tasks l
                                    WHERE l.lane = lanes.lane AND l.state = 'queued' AND l.set_aside IS NULL
                                      AND (l.declined = 0 OR l.dispatch_at <= clock_timestamp())
                                      AND (l.deadline IS NULL OR l.deadline > clock_timestamp())
                                      AND""" + GateCondition.NOT_HELD + """
                                    ORDER BY l.dispatch_at LIMIT ? FOR UPDATE OF l SKIP LOCKED) q
                             ORDER BY lanes.turn, q.dispatch_at LIMIT ?
                        ),""" + HOLDER + ", claimed AS (" + TAKE
                        + " FROM wanted w, holder h WHERE l.task_id = ANY (ARRAY[w.task_id]) AND " + MAY_RUN
                        + " RETURNING l.*) " + TOLD,
                ClaimStatement::taken,
                lanes,
                max,
                max,
                workerId);
    }

    /** What others have declined and this worker has not, passing over what others are taking. */
    List<Taken> claimDeclined(DSLContext dsl, String workerId, int max) {
        return Sql.fetch(
                dsl,
                """
                        WITH wanted AS MATERIALIZED (
                            SELECT l.task_id FROM live_tasks l
                             WHERE l.declined > 0 AND l.state = 'queued' AND l.set_aside IS NULL
                               AND NOT (?::text = ANY (l.declined_by)) AND""" + GateCondition.NOT_HELD + """
                             ORDER BY l.lane, l.dispatch_at LIMIT ? FOR UPDATE OF l SKIP LOCKED
                        ),""" + HOLDER + ", claimed AS (" + TAKE
                        + " FROM wanted w, holder h WHERE l.task_id = ANY (ARRAY[w.task_id]) AND " + MAY_RUN
                        + " RETURNING l.*) " + TOLD,
                ClaimStatement::taken,
                workerId,
                max,
                workerId);
    }

    /** The ids of what {@link #claimDeclined} would look at, for claiming them one by one. */
    List<String> declined(DSLContext dsl, String workerId, int max) {
        return Sql.fetch(dsl, """
                        SELECT l.task_id FROM live_tasks l
                         WHERE l.declined > 0 AND l.state = 'queued' AND l.set_aside IS NULL
                           AND NOT (?::text = ANY (l.declined_by))
                         ORDER BY l.lane, l.dispatch_at LIMIT ?
                        """, r -> r.getString("task_id"), workerId, max);
    }

    /** The ids of what {@link #claimNext} would look at, for claiming them one by one. */
    List<String> candidates(DSLContext dsl, int max, List<Priority> order) {
        return Sql.fetch(
                dsl,
                """
                        SELECT q.task_id FROM unnest(?::int[]) WITH ORDINALITY AS lanes(lane, turn)
                         CROSS JOIN LATERAL (
                               SELECT l.task_id, l.dispatch_at FROM live_tasks l
                                WHERE l.lane = lanes.lane AND l.state = 'queued' AND l.set_aside IS NULL
                                  AND (l.declined = 0 OR l.dispatch_at <= clock_timestamp())
                                ORDER BY l.dispatch_at LIMIT ?) q
                         ORDER BY lanes.turn, q.dispatch_at LIMIT ?
                        """,
                r -> r.getString("task_id"),
                order.stream().map(Priority::lane).toArray(Integer[]::new),
                max,
                max);
    }

    private static Taken taken(ResultSet r) throws SQLException {
        Hold hold = new Hold(r.getString("task_id"), r.getLong("epoch"));
        if (r.getString("type") == null) {
            return new Taken.Damaged(hold, "its row in tasks is gone");
        }
        try {
            return new Taken.Ready(claimed(hold, r));
        } catch (RuntimeException e) {
            Unreadable why = e instanceof Unreadable known ? known : new Unreadable("task " + hold.taskId(), e);
            return new Taken.Damaged(hold, String.valueOf(why.getMessage()));
        }
    }

    private static ClaimedTask claimed(Hold hold, ResultSet r) throws SQLException {
        return new ClaimedTask(
                hold,
                r.getString("run_id"),
                r.getString("phase_id"),
                r.getInt("round"),
                r.getInt("step"),
                TaskType.of(r.getString("type")),
                r.getString("target"),
                r.getString("name"),
                attempt(hold, r.getInt("attempt")),
                Jsonb.readObject("the input of task " + hold.taskId(), r.getString("input")),
                budget(hold, r.getString("budget")),
                fellBack(r),
                r.getBoolean("probe"),
                Optional.ofNullable(Sql.instant(r, "deadline")),
                checkpoint(r),
                r.getInt("children"),
                r.getInt("open_children"),
                r.getBoolean("budgeted"),
                Sql.usage("the usage of task " + hold.taskId(), r),
                Objects.requireNonNull(Sql.instant(r, "claimed_at")));
    }

    private static int attempt(Hold hold, int number) {
        if (number < 1) {
            throw new Unreadable("the attempt of task " + hold.taskId(), "it is number " + number);
        }
        return number;
    }

    private static Optional<ClaimedTask.FellBack> fellBack(ResultSet r) throws SQLException {
        String from = r.getString("fell_back_from");
        return from == null
                ? Optional.empty()
                : Optional.of(new ClaimedTask.FellBack(from, r.getString("fell_back_error")));
    }

    /** The holder reckons with the shares without asking again whether they are numbers. */
    private static Json budget(Hold hold, @Nullable String text) {
        String what = "the budget of task " + hold.taskId();
        Json budget = Jsonb.readObject(what, text);
        try {
            budget.get("tokens").ifPresent(Json::asLong);
            budget.get("usd").ifPresent(Json::asDecimal);
        } catch (JsonException e) {
            throw new Unreadable(what, e);
        }
        return budget;
    }

    private static Optional<Checkpoint> checkpoint(ResultSet r) throws SQLException {
        String token = r.getString("ck_token");
        return token == null
                ? Optional.empty()
                : Optional.of(new Checkpoint(
                        r.getLong("ck_seq"),
                        token,
                        CheckpointData.read(
                                "checkpoint " + r.getLong("ck_seq"), r.getString("ck_data"), r.getBytes("ck_zstd"))));
    }
}
