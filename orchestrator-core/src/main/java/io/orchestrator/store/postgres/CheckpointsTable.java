package io.orchestrator.store.postgres;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Statements on checkpoints. */
final class CheckpointsTable {
    static final String DATA_COLUMNS =
            "k.seq AS ck_seq, k.token AS ck_token, k.data::text AS ck_data, k.data_zstd AS ck_zstd";

    /**
     * Fence, append and trim in one statement: the live row of this epoch hands out the sequence number, so without it
     * nothing is written. Empty when the hold is no longer current.
     */
    Optional<Long> append(DSLContext dsl, Hold hold, String token, CheckpointData data, int keep) {
        return dsl.fetchOptional(
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
                        hold.taskId(),
                        hold.epoch(),
                        keep,
                        Jsonb.clean(token),
                        data.text(),
                        data.compressed(),
                        data.sizeBytes())
                .map(r -> r.get("seq", Long.class));
    }

    Optional<Checkpoint> newest(DSLContext dsl, String taskId) {
        return dsl.fetchOptional(
                        "SELECT " + DATA_COLUMNS
                                + " FROM checkpoints k WHERE k.task_id = ? ORDER BY k.seq DESC LIMIT 1",
                        taskId)
                .map(CheckpointsTable::checkpoint);
    }

    Optional<Checkpoint> at(DSLContext dsl, String taskId, long seq) {
        return dsl.fetchOptional(
                        "SELECT " + DATA_COLUMNS + " FROM checkpoints k WHERE k.task_id = ? AND k.seq = ?", taskId, seq)
                .map(CheckpointsTable::checkpoint);
    }

    List<CheckpointStore.Entry> list(DSLContext dsl, String taskId) {
        return dsl.fetch("""
                        SELECT seq, token, epoch, size_bytes, created_at FROM checkpoints WHERE task_id = ? ORDER BY seq DESC
                        """, taskId)
                .map(r -> new CheckpointStore.Entry(
                        r.get("seq", Long.class),
                        r.get("token", String.class),
                        r.get("epoch", Long.class),
                        r.get("size_bytes", Long.class),
                        r.get("created_at", Instant.class)));
    }

    int delete(DSLContext dsl, String taskId) {
        return dsl.query("DELETE FROM checkpoints WHERE task_id = ?", taskId).execute();
    }

    CheckpointStore.Stats stats(DSLContext dsl) {
        Record r = dsl.fetchSingle("""
                SELECT count(*) AS total, coalesce(sum(size_bytes), 0)::bigint AS bytes,
                       coalesce(avg(size_bytes), 0)::double precision AS average FROM checkpoints
                """);
        return new CheckpointStore.Stats(
                r.get("total", Long.class), r.get("bytes", Long.class), r.get("average", Double.class));
    }

    /** Reads {@link #DATA_COLUMNS}. */
    static Checkpoint checkpoint(Record r) {
        return new Checkpoint(
                r.get("ck_seq", Long.class),
                r.get("ck_token", String.class),
                CheckpointData.read(r.get("ck_data", String.class), r.get("ck_zstd", byte[].class)));
    }
}
