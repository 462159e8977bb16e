package io.orchestrator.store.postgres;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import java.util.List;
import java.util.Optional;

/** Checkpoints and memoised steps on Postgres; a save is one statement and one commit. */
final class PostgresCheckpoints implements CheckpointStore {
    private final Database database;
    private final Tables tables;

    PostgresCheckpoints(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    @Override
    public long save(Hold hold, String token, Json data, int keep) {
        CheckpointData stored = CheckpointData.of(hold.taskId(), token, data);
        return database.read(dsl -> tables.checkpoints.append(dsl, hold, token, stored, keep))
                .orElseThrow(hold::revoked);
    }

    @Override
    public Optional<Checkpoint> load(String taskId) {
        return database.read(dsl -> tables.checkpoints.newest(dsl, taskId));
    }

    @Override
    public Optional<Checkpoint> load(String taskId, long seq) {
        return database.read(dsl -> tables.checkpoints.at(dsl, taskId, seq));
    }

    @Override
    public List<Entry> list(String taskId) {
        return database.read(dsl -> tables.checkpoints.list(dsl, taskId));
    }

    @Override
    public int delete(String taskId) {
        return database.read(dsl -> tables.checkpoints.delete(dsl, taskId));
    }

    @Override
    public Stats stats() {
        return database.read(tables.checkpoints::stats);
    }

    @Override
    public Optional<Json> stepResult(String taskId, String name) {
        return database.read(dsl -> tables.steps.find(dsl, taskId, name));
    }

    @Override
    public Json saveStep(Hold hold, String name, Json result) {
        return database.read(dsl -> switch (tables.steps.insert(dsl, hold, name, result)) {
            case STORED -> result;
            case KNOWN -> tables.steps.find(dsl, hold.taskId(), name).orElseThrow(hold::revoked);
            case REVOKED -> throw hold.revoked();
        });
    }
}
