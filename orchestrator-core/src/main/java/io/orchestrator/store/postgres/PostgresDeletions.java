package io.orchestrator.store.postgres;

import io.orchestrator.store.DeletionWords;
import io.orchestrator.store.Deletions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Deletes runs on Postgres; what a role of the services may not delete itself, a function of the schema does. */
final class PostgresDeletions implements Deletions {
    private final Database database;
    private final Tables tables;

    PostgresDeletions(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    @Override
    public Optional<String> begin(String runId) {
        return database.transaction(dsl -> {
            Optional<RunsTable.Locked> run = tables.runs.lock(dsl, runId);
            if (run.isEmpty()) {
                return Optional.of(DeletionWords.noSuchRun(runId));
            }
            Optional<String> whyNot = DeletionWords.whyNot(runId, run.get().state(), dependents(dsl, runId));
            if (whyNot.isEmpty()) {
                Sql.send(
                        dsl,
                        "UPDATE runs SET deleting_at = coalesce(deleting_at, clock_timestamp()) WHERE id = ?",
                        runId);
            }
            return whyNot;
        });
    }

    private static List<String> dependents(DSLContext dsl, String runId) {
        return Sql.fetch(dsl, """
                        SELECT DISTINCT r.id FROM phases p JOIN runs r ON r.id = ANY (ARRAY[p.run_id])
                         WHERE p.origin_run_id = ? AND r.finished_at IS NULL ORDER BY r.id LIMIT 5
                        """, r -> r.getString("id"), runId);
    }

    @Override
    public long remove(String runId, int most) {
        return database.housekeeping(
                dsl -> Sql.fetch(dsl, "SELECT remove_deleted_run(?, ?) AS n", r -> r.getLong("n"), runId, most)
                        .getFirst());
    }

    @Override
    public List<String> begun(int max) {
        return database.read(dsl -> Sql.fetch(
                dsl,
                "SELECT id FROM runs WHERE deleting_at IS NOT NULL ORDER BY id LIMIT ?",
                r -> r.getString("id"),
                max));
    }

    @Override
    public List<String> endedBefore(int days, int max) {
        return database.housekeeping(dsl -> Sql.fetch(dsl, """
                        SELECT r.id FROM runs r
                         WHERE r.finished_at < clock_timestamp() - make_interval(days => ?) AND r.deleting_at IS NULL
                           AND NOT EXISTS (SELECT FROM phases p JOIN runs o ON o.id = p.run_id
                                            WHERE p.origin_run_id = r.id AND o.finished_at IS NULL)
                         ORDER BY r.finished_at LIMIT ?
                        """, r -> r.getString("id"), days, max));
    }

    /**
     * Of these runs, one that is gone or about to go. The others' rows are held until the transaction ends, so that none of
     * them is deleted before this transaction can be seen.
     */
    static Optional<String> missing(DSLContext dsl, List<String> runIds) {
        List<String> kept = Sql.fetch(
                dsl,
                "SELECT id FROM runs WHERE id = ANY (?::text[]) AND deleting_at IS NULL ORDER BY id FOR UPDATE",
                r -> r.getString("id"),
                (Object) runIds.toArray(String[]::new));
        return runIds.stream().filter(id -> !kept.contains(id)).findFirst();
    }

    /** Of a run that has ended and is to go on: itself, or a run whose work it has taken over, if that is gone. */
    static Optional<String> missingOf(DSLContext dsl, String runId) {
        List<String> needed = new ArrayList<>(origins(dsl, runId));
        needed.add(runId);
        return missing(dsl, needed);
    }

    private static List<String> origins(DSLContext dsl, String runId) {
        return Sql.fetch(
                dsl,
                "SELECT DISTINCT origin_run_id AS id FROM phases WHERE run_id = ? AND origin_run_id IS NOT NULL ORDER BY 1",
                r -> r.getString("id"),
                runId);
    }
}
