package io.orchestrator.store.postgres;

import io.orchestrator.store.Hold;
import io.orchestrator.store.TaskLogs.Addition;
import io.orchestrator.store.TaskLogs.Chunk;
import io.orchestrator.store.TaskLogs.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jooq.DSLContext;

/** Statements on logs. */
final class TaskLogsTable {
    /** How many chunks were new. */
    int append(DSLContext dsl, List<Addition> additions) {
        List<Chunk> chunks = additions.stream().map(Addition::chunk).toList();
        return Sql.execute(
                dsl,
                """
                        WITH c AS (
                            SELECT * FROM unnest(?::text[], ?::bigint[], ?::int[], ?::bigint[], ?::int[], ?::text[], ?::bigint[], ?::bigint[])
                                AS c(task_id, epoch, attempt, first_line, line_count, lines, drop_from, drop_to)
                        ), dropped AS (
                            DELETE FROM task_logs t USING c
                             WHERE t.task_id = ANY (ARRAY[c.task_id]) AND t.epoch = c.epoch
                               AND t.first_line >= c.drop_from AND t.first_line < c.drop_to
                        )
                        INSERT INTO task_logs (task_id, epoch, attempt, first_line, line_count, lines)
                        SELECT task_id, epoch, attempt, first_line, line_count, lines FROM c
                        ON CONFLICT DO NOTHING
                        """,
                Sql.column(chunks, String[]::new, c -> c.hold().taskId()),
                Sql.column(chunks, Long[]::new, c -> c.hold().epoch()),
                Sql.column(chunks, Integer[]::new, Chunk::attempt),
                Sql.column(chunks, Long[]::new, Chunk::firstLine),
                Sql.column(chunks, Integer[]::new, c -> c.lines().size()),
                Sql.column(chunks, String[]::new, c -> LogText.of(c.lines())),
                Sql.column(additions, Long[]::new, Addition::dropFrom),
                Sql.column(additions, Long[]::new, Addition::dropTo));
    }

    /** Begins in each task with the chunk that the place lies in. */
    List<Chunk> read(DSLContext dsl, SequencedMap<String, Place> from, int most) {
        List<Map.Entry<String, Place>> places = List.copyOf(from.sequencedEntrySet());
        return Sql.fetch(
                dsl,
                """
                        SELECT l.task_id, l.epoch, l.attempt, l.first_line, l.lines
                          FROM unnest(?::text[], ?::bigint[], ?::bigint[]) WITH ORDINALITY AS p(task_id, epoch, line, n)
                         CROSS JOIN LATERAL (
                            SELECT t.task_id, t.epoch, t.attempt, t.first_line, t.lines FROM task_logs t
                             WHERE t.task_id = p.task_id
                               AND (t.epoch, t.first_line) >= (p.epoch, coalesce(
                                    (SELECT max(b.first_line) FROM task_logs b
                                      WHERE b.task_id = p.task_id AND b.epoch = p.epoch AND b.first_line <= p.line), p.line))
                               AND (t.epoch > p.epoch OR t.first_line + t.line_count > p.line)
                             ORDER BY t.epoch, t.first_line LIMIT ?) l
                         ORDER BY p.n, l.epoch, l.first_line LIMIT ?
                        """,
                TaskLogsTable::chunk,
                Sql.column(places, String[]::new, Map.Entry::getKey),
                Sql.column(places, Long[]::new, place -> place.getValue().epoch()),
                Sql.column(places, Long[]::new, place -> place.getValue().line()),
                most,
                most);
    }

    private static Chunk chunk(ResultSet row) throws SQLException {
        return new Chunk(
                new Hold(row.getString("task_id"), row.getLong("epoch")),
                row.getInt("attempt"),
                row.getLong("first_line"),
                LogText.lines(row.getString("lines")));
    }
}
