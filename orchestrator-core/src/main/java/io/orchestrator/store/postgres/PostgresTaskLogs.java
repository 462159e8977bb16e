package io.orchestrator.store.postgres;

import io.orchestrator.store.TaskLogs;
import java.util.List;
import java.util.SequencedMap;

/** Logs on Postgres; what is added at once is one statement. */
final class PostgresTaskLogs implements TaskLogs {
    private final Database database;
    private final Tables tables;

    PostgresTaskLogs(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    @Override
    public void append(List<Addition> additions) {
        if (!additions.isEmpty()) {
            database.statement(dsl -> tables.logs.append(dsl, additions));
        }
    }

    @Override
    public List<Chunk> read(SequencedMap<String, Place> from, int most) {
        return from.isEmpty() ? List.of() : database.read(dsl -> tables.logs.read(dsl, from, most));
    }
}
