package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.CHECKPOINTS;
import static java.math.BigDecimal.ZERO;
import static org.jooq.impl.DSL.avg;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.SQLDataType.BIGINT;
import static org.jooq.impl.SQLDataType.DOUBLE;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Usage;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record4;
import org.jooq.Records;

/** Statements on checkpoints. */
final class CheckpointsTable {
    /** A checkpoint to be stored, {@code keep} of its task's newest being kept, and what the task has used by then. */
    record Appending(Hold hold, String token, CheckpointData data, int keep, Usage used) {}

    private record Appended(String taskId, long seq) {}

    private static final String ONE = "(VALUES (?::text, ?::bigint, ?::int, ?::text, ?::text, ?::bytea, ?::bigint,"
            + " ?::bigint, ?::numeric, ?::bigint))";

    private static final String MANY = "unnest(?::text[], ?::bigint[], ?::int[], ?::text[], ?::text[], ?::bytea[],"
            + " ?::bigint[], ?::bigint[], ?::numeric[], ?::bigint[])";

    private static final String HOLD = """
            WITH held AS (
                UPDATE live_tasks l
                   SET checkpoint_seq = l.checkpoint_seq + 1, claims = 0, heartbeat_at = clock_timestamp(),
                       tokens = greatest(l.tokens, c.tokens), cost_usd = greatest(l.cost_usd, c.cost_usd),
                       tool_ms = greatest(l.tool_ms, c.tool_ms)
                  FROM\s""";

    private static final String APPEND = """
             AS c(task_id, epoch, keep, token, data, data_zstd, size_bytes, tokens, cost_usd, tool_ms)
                 WHERE l.task_id = ANY (ARRAY[c.task_id]) AND l.epoch = c.epoch AND l.state = 'running'
                RETURNING l.task_id, l.checkpoint_seq, l.epoch, c.keep, c.token, c.data, c.data_zstd, c.size_bytes,
                          l.tokens, l.cost_usd, l.tool_ms
            ), trimmed AS (
                DELETE FROM checkpoints c USING held
                 WHERE c.task_id = ANY (ARRAY[held.task_id]) AND c.seq <= held.checkpoint_seq - held.keep
            )
            INSERT INTO checkpoints (task_id, seq, epoch, token, data, data_zstd, size_bytes, tokens, cost_usd, tool_ms)
            SELECT task_id, checkpoint_seq, epoch, token, data::jsonb, data_zstd, size_bytes, tokens, cost_usd, tool_ms
              FROM held
            RETURNING task_id, seq
            """;

    /**
     * Fence, append and trim in one statement, for checkpoints of different tasks: the live row of this epoch hands out the
     * sequence number, so without it nothing is written. The numbers by task; what is missing was refused.
     */
    Map<String, Long> append(DSLContext dsl, List<Appending> checkpoints) {
        List<Appended> appended = checkpoints.size() == 1
                ? appendOne(dsl, checkpoints.getFirst())
                : Sql.fetch(
                        dsl,
                        HOLD + MANY + APPEND,
                        CheckpointsTable::appended,
                        Sql.column(checkpoints, String[]::new, c -> c.hold().taskId()),
                        Sql.column(checkpoints, Long[]::new, c -> c.hold().epoch()),
                        Sql.column(checkpoints, Integer[]::new, Appending::keep),
                        Sql.column(checkpoints, String[]::new, Appending::token),
                        Sql.column(checkpoints, String[]::new, c -> c.data().text()),
                        Sql.column(checkpoints, byte[][]::new, c -> c.data().compressed()),
                        Sql.column(checkpoints, Long[]::new, c -> c.data().sizeBytes()),
                        Sql.column(checkpoints, Long[]::new, c -> c.used().tokens()),
                        Sql.column(checkpoints, BigDecimal[]::new, c -> c.used().costUsd()),
                        Sql.column(checkpoints, Long[]::new, c -> c.used().toolMs()));
        return appended.stream().collect(Collectors.toMap(Appended::taskId, Appended::seq));
    }

    /** The usual case, in which taking arrays apart is a quarter of the time. */
    private static List<Appended> appendOne(DSLContext dsl, Appending c) {
        return Sql.fetch(
                dsl,
                HOLD + ONE + APPEND,
                CheckpointsTable::appended,
                c.hold().taskId(),
                c.hold().epoch(),
                c.keep(),
                c.token(),
                c.data().text(),
                c.data().compressed(),
                c.data().sizeBytes(),
                c.used().tokens(),
                c.used().costUsd(),
                c.used().toolMs());
    }

    private static Appended appended(ResultSet row) throws SQLException {
        return new Appended(row.getString("task_id"), row.getLong("seq"));
    }

    Optional<Checkpoint> newest(DSLContext dsl, String taskId) {
        return dsl.select(CHECKPOINTS.SEQ, CHECKPOINTS.TOKEN, CHECKPOINTS.DATA, CHECKPOINTS.DATA_ZSTD)
                .from(CHECKPOINTS)
                .where(CHECKPOINTS.TASK_ID.eq(taskId))
                .orderBy(CHECKPOINTS.SEQ.desc())
                .limit(1)
                .fetchOptional(CheckpointsTable::checkpoint);
    }

    Optional<Checkpoint> at(DSLContext dsl, String taskId, long seq) {
        return dsl.select(CHECKPOINTS.SEQ, CHECKPOINTS.TOKEN, CHECKPOINTS.DATA, CHECKPOINTS.DATA_ZSTD)
                .from(CHECKPOINTS)
                .where(CHECKPOINTS.TASK_ID.eq(taskId), CHECKPOINTS.SEQ.eq(seq))
                .fetchOptional(CheckpointsTable::checkpoint);
    }

    List<CheckpointStore.Entry> list(DSLContext dsl, String taskId) {
        return dsl.select(
                        CHECKPOINTS.SEQ,
                        CHECKPOINTS.TOKEN,
                        CHECKPOINTS.EPOCH,
                        CHECKPOINTS.SIZE_BYTES,
                        Shown.column(CHECKPOINTS.CREATED_AT))
                .from(CHECKPOINTS)
                .where(CHECKPOINTS.TASK_ID.eq(taskId))
                .orderBy(CHECKPOINTS.SEQ.desc())
                .fetch(r -> new CheckpointStore.Entry(
                        r.value1(),
                        r.value2(),
                        r.value3(),
                        r.value4(),
                        r.value5().toInstant()));
    }

    int delete(DSLContext dsl, String taskId) {
        return dsl.deleteFrom(CHECKPOINTS).where(CHECKPOINTS.TASK_ID.eq(taskId)).execute();
    }

    CheckpointStore.Stats stats(DSLContext dsl) {
        return dsl.select(
                        count().cast(BIGINT),
                        coalesce(sum(CHECKPOINTS.SIZE_BYTES), ZERO).cast(BIGINT),
                        coalesce(avg(CHECKPOINTS.SIZE_BYTES), ZERO).cast(DOUBLE))
                .from(CHECKPOINTS)
                .fetchSingle(Records.mapping(CheckpointStore.Stats::new));
    }

    private static Checkpoint checkpoint(Record4<Long, String, JSONB, byte[]> r) {
        return new Checkpoint(
                r.value1(),
                r.value2(),
                CheckpointData.read("checkpoint " + r.value1(), Jsonb.text(r.value3()), r.value4()));
    }
}
