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
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record4;
import org.jooq.Records;

/** Statements on checkpoints. */
final class CheckpointsTable {
    /**
     * Fence, append and trim in one statement: the live row of this epoch hands out the sequence number, so without it
     * nothing is written. Empty when the hold is no longer current.
     */
    Optional<Long> append(DSLContext dsl, Hold hold, String token, CheckpointData data, int keep) {
        return Sql.fetch(
                        dsl,
                        """
                        WITH held AS (
                            UPDATE live_tasks
                               SET checkpoint_seq = checkpoint_seq + 1, claims = 0, heartbeat_at = clock_timestamp()
                             WHERE task_id = ? AND epoch = ? AND state = 'running'
                            RETURNING task_id, checkpoint_seq, epoch
                        ), trimmed AS (
                            DELETE FROM checkpoints c USING held
                             WHERE c.task_id = held.task_id AND c.seq <= held.checkpoint_seq - ?
                        )
                        INSERT INTO checkpoints (task_id, seq, epoch, token, data, data_zstd, size_bytes)
                        SELECT task_id, checkpoint_seq, epoch, ?, ?::jsonb, ?::bytea, ? FROM held
                        RETURNING seq
                        """,
                        r -> r.getLong("seq"),
                        hold.taskId(),
                        hold.epoch(),
                        keep,
                        Jsonb.clean(token),
                        data.text(),
                        data.compressed(),
                        data.sizeBytes())
                .stream()
                .findFirst();
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
                        CHECKPOINTS.CREATED_AT)
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
        return new Checkpoint(r.value1(), r.value2(), CheckpointData.read(Jsonb.text(r.value3()), r.value4()));
    }
}
