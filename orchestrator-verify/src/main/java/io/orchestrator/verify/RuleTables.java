package io.orchestrator.verify;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The tables that rules select from, limited to the run that is asked for. Postgres leaves out what a rule does not use.
 *
 * <p>{@code run}, {@code phase}, {@code task}, {@code live}, {@code event} and {@code timer} have the columns of the
 * schema's tables, without runs that are being deleted. {@code ending} has the events that tell of an end, with how often their run was continued afterwards
 * ({@code undone}) and whether the end still {@code stands}: continuing a run takes every end back but that of what was
 * completed, and adding a phase to one that has completed takes that end back. {@code cut_log} lists ended runs whose log has lost its beginning to retention, which removes whole
 * days: their oldest events are missing without anything being broken. {@code journal} has the fields of the journal,
 * named as in {@link JournalField}, and the line's number.
 */
final class RuleTables {
    /** The column that carries how many rows a rule has found. */
    static final String TOTAL = "rows_in_total";

    private static final String TABLES = """
            WITH going AS (SELECT id FROM runs WHERE deleting_at IS NOT NULL),
                 run AS (SELECT * FROM runs WHERE deleting_at IS NULL AND (:run::text IS NULL OR id = :run::text)),
                 phase AS (SELECT * FROM phases WHERE run_id NOT IN (SELECT id FROM going) AND (:run::text IS NULL OR run_id = :run::text)),
                 task AS (SELECT * FROM tasks WHERE run_id NOT IN (SELECT id FROM going) AND (:run::text IS NULL OR run_id = :run::text)),
                 live AS (SELECT * FROM live_tasks WHERE :run::text IS NULL OR run_id = :run::text),
                 event AS (SELECT * FROM events WHERE run_id NOT IN (SELECT id FROM going) AND (:run::text IS NULL OR run_id = :run::text)),
                 ending AS (SELECT e.*, (undone = 0 OR kind IN ('task.completed', 'phase.completed', 'run.completed'))
                                          AND (kind <> 'run.completed' OR extended = 0) AS stands
                              FROM (SELECT v.*, count(*) FILTER (WHERE kind = 'run.reopened')
                                                OVER (PARTITION BY run_id ORDER BY seq
                                                      ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS undone,
                                           count(*) FILTER (WHERE kind = 'run.extended')
                                                OVER (PARTITION BY run_id ORDER BY seq
                                                      ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS extended
                                      FROM event v
                                     WHERE kind IN ('run.reopened', 'run.extended')
                                        OR split_part(kind, '.', 1) IN ('run', 'phase', 'task')
                                           AND split_part(kind, '.', 2)
                                               IN ('completed', 'failed', 'cancelled', 'timed_out', 'dead')) e
                             WHERE kind NOT IN ('run.reopened', 'run.extended')),
                 timer AS (SELECT * FROM timers
                            WHERE coalesce(run_id, '') NOT IN (SELECT id FROM going) AND (:run::text IS NULL OR run_id = :run::text)),
                 cut_log AS (SELECT r.id AS run_id FROM run r
                              WHERE r.finished_at IS NOT NULL AND r.created_at < now() - interval '1 day'
                                AND NOT EXISTS (SELECT FROM events e WHERE e.run_id = r.id AND e.seq = 1))
            """;

    private static final String JOURNAL = """
            , lines AS (SELECT * FROM unnest(:j_number::bigint[]%s) AS j(line%s)),
              journal AS (SELECT * FROM lines j
                           WHERE :run::text IS NULL OR j.run = :run::text OR j.task IN (SELECT id FROM task))
            """.formatted(
                    columns(f -> ", :" + f.column() + "::text[]::" + f.sqlType() + "[]"),
                    columns(f -> ", " + f.name().toLowerCase(Locale.ROOT)));

    private RuleTables() {}

    /** The rule's query as a whole: how many rows there are, and the first few of them. */
    static String query(Rule.Query rule) {
        String journal = rule.needs().contains(Need.JOURNAL) ? JOURNAL : "";
        return TABLES + journal + ", broken AS (" + rule.sql() + ") SELECT (SELECT count(*) FROM broken) AS " + TOTAL
                + ", b.* FROM broken b LIMIT " + Finding.MOST_ROWS;
    }

    private static String columns(Function<JournalField, String> column) {
        return Arrays.stream(JournalField.values()).map(column).collect(Collectors.joining());
    }
}
