package io.orchestrator.store.postgres;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Storable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checkpoints and memoised steps on Postgres; a save is one statement and one commit, shared by those who save at once. */
final class PostgresCheckpoints implements CheckpointStore {
    private static final long MOST_BYTES = 1024 * 1024;
    private static final String STEP = "the name of the step";

    private final Database database;
    private final Tables tables;
    private final SharedCommits<CheckpointsTable.Appending, Optional<Long>> saves =
            new SharedCommits<>(this::append, PostgresCheckpoints::fits);

    PostgresCheckpoints(Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
    }

    @Override
    public long save(Hold hold, String token, Json data, int keep, Usage used) {
        String name = Storable.saidName("the token of the checkpoint", token);
        CheckpointData stored = CheckpointData.of(hold.taskId(), name, data);
        return saves.write(new CheckpointsTable.Appending(hold, name, stored, keep, used))
                .orElseThrow(hold::revoked);
    }

    /** Rows are locked in the order of their ids, as reports and heartbeats do it. */
    private List<Optional<Long>> append(List<CheckpointsTable.Appending> checkpoints) {
        List<CheckpointsTable.Appending> ordered = checkpoints.stream()
                .sorted(Comparator.comparing(c -> c.hold().taskId()))
                .toList();
        Map<String, Long> numbers = database.statement(dsl -> tables.checkpoints.append(dsl, ordered));
        return checkpoints.stream()
                .map(c -> Optional.ofNullable(numbers.get(c.hold().taskId())))
                .toList();
    }

    /** One of each task, so that each finds the number before its own; and no more data than is sent in a moment. */
    private static boolean fits(List<CheckpointsTable.Appending> group, CheckpointsTable.Appending further) {
        long bytes = further.data().sizeBytes();
        for (CheckpointsTable.Appending other : group) {
            if (other.hold().taskId().equals(further.hold().taskId())) {
                return false;
            }
            bytes += other.data().sizeBytes();
        }
        return bytes <= MOST_BYTES;
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
        return database.snapshot(tables.checkpoints::stats);
    }

    @Override
    public Optional<Json> stepResult(String taskId, String name) {
        String known = Storable.saidName(STEP, name);
        return database.read(dsl -> tables.steps.find(dsl, taskId, known));
    }

    @Override
    public Json saveStep(Hold hold, String name, Json result, Usage used) {
        String known = Storable.saidName(STEP, name);
        Json stored = Storable.said("the result of step '" + known + "'", result);
        return database.read(dsl -> switch (tables.steps.insert(dsl, hold, known, stored, used)) {
            case STORED -> stored;
            case KNOWN -> tables.steps.find(dsl, hold.taskId(), known).orElseThrow(hold::revoked);
            case REVOKED -> throw hold.revoked();
        });
    }
}
