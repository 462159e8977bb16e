package io.orchestrator.store.postgres;

import io.orchestrator.store.Lookup;
import java.util.List;
import java.util.Optional;

/** Searches the primary keys, whose collation makes the ids that begin alike a range. */
final class PostgresLookup implements Lookup {
    /** Sorts behind whatever an id may go on with. */
    private static final String BEHIND_ALL = "\uffff";

    private final Database database;

    PostgresLookup(Database database) {
        this.database = database;
    }

    @Override
    public List<String> runs(String beginning, int max) {
        return database.read(dsl -> Sql.fetch(
                dsl,
                "SELECT id FROM runs WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?",
                r -> r.getString("id"),
                beginning,
                beginning + BEHIND_ALL,
                max));
    }

    @Override
    public List<String> tasks(String beginning, int max) {
        return database.read(dsl -> Sql.fetch(
                dsl,
                "SELECT id FROM tasks WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                r -> r.getString("id"),
                beginning,
                beginning + BEHIND_ALL,
                max));
    }

    @Override
    public List<String> tasksBeside(String taskId, int max) {
        return database.read(dsl -> Sql.fetch(dsl, """
                        (SELECT id FROM tasks WHERE id < ? ORDER BY id DESC LIMIT ?)
                        UNION ALL (SELECT id FROM tasks WHERE id >= ? ORDER BY id LIMIT ?)
                        """, r -> r.getString("id"), taskId, max, taskId, max));
    }

    @Override
    public Optional<String> runOf(String taskId) {
        return database
                .read(dsl ->
                        Sql.fetch(dsl, "SELECT run_id FROM tasks WHERE id = ?", r -> r.getString("run_id"), taskId))
                .stream()
                .findFirst();
    }
}
