package io.orchestrator.store.memory;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.agent.CheckpointTooLarge;
import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.json.UnstorableValue;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Storable;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Checkpoints and memoised steps in memory. */
final class InMemoryCheckpoints implements CheckpointStore {
    private static final String STEP = "the name of the step";

    private final Transactions transactions;
    private final Memory memory;
    private final InstantSource clock;

    InMemoryCheckpoints(Transactions transactions, Memory memory, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.clock = clock;
    }

    @Override
    public long save(Hold hold, String token, Json data, int keep, Usage used) {
        String name = Storable.saidName("the token of the checkpoint", token);
        long size = UnstorableValue.bytesOf(data);
        if (size > MAX_BYTES) {
            throw new CheckpointTooLarge(hold.taskId(), name, size, MAX_BYTES);
        }
        Json stored = Stored.json("the data of checkpoint '" + name + "'", data);
        int bytes = stored.toString().getBytes(StandardCharsets.UTF_8).length;
        return transactions.run("checkpoints.save", () -> {
            TaskRow task = memory.held(hold).orElseThrow(hold::revoked);
            task.progressed(used);
            long seq = ++task.checkpointSeq;
            NavigableMap<Long, Memory.Saved> saved = memory.checkpoints.computeIfAbsent(task.id, id -> new TreeMap<>());
            saved.headMap(seq - keep, true).clear();
            Entry entry = new Entry(seq, name, task.epoch, bytes, clock.instant());
            saved.put(seq, new Memory.Saved(entry, stored));
            return seq;
        });
    }

    @Override
    public Optional<Checkpoint> load(String taskId) {
        return transactions.run(
                "checkpoints.load",
                () -> Optional.ofNullable(memory.checkpointsOf(taskId).lastEntry())
                        .map(newest -> newest.getValue().checkpoint()));
    }

    @Override
    public Optional<Checkpoint> load(String taskId, long seq) {
        return transactions.run(
                "checkpoints.load",
                () -> Optional.ofNullable(memory.checkpointsOf(taskId).get(seq)).map(Memory.Saved::checkpoint));
    }

    @Override
    public List<Entry> list(String taskId) {
        return transactions.run(
                "checkpoints.list",
                () -> memory.checkpointsOf(taskId).descendingMap().values().stream()
                        .map(Memory.Saved::entry)
                        .toList());
    }

    @Override
    public int delete(String taskId) {
        return transactions.run(
                "checkpoints.delete",
                () -> Optional.ofNullable(memory.checkpoints.remove(taskId))
                        .map(Map::size)
                        .orElse(0));
    }

    @Override
    public Stats stats() {
        return transactions.run("checkpoints.stats", () -> {
            var sizes = memory.checkpoints.values().stream()
                    .flatMap(saved -> saved.values().stream())
                    .mapToLong(saved -> saved.entry().sizeBytes())
                    .summaryStatistics();
            return new Stats(sizes.getCount(), sizes.getSum(), sizes.getAverage());
        });
    }

    @Override
    public Optional<Json> stepResult(String taskId, String name) {
        return transactions.run(
                "checkpoints.stepResult",
                () -> Optional.ofNullable(
                        memory.steps.getOrDefault(taskId, Map.of()).get(Storable.saidName(STEP, name))));
    }

    @Override
    public Json saveStep(Hold hold, String name, Json result, Usage used) {
        String known = Storable.saidName(STEP, name);
        Json stored = Stored.json("the result of step '" + known + "'", result);
        return transactions.run("checkpoints.saveStep", () -> {
            TaskRow task = memory.held(hold).orElseThrow(hold::revoked);
            task.progressed(used);
            Map<String, Json> steps = memory.steps.computeIfAbsent(task.id, id -> new LinkedHashMap<>());
            Json before = steps.putIfAbsent(known, stored);
            return before == null ? stored : before;
        });
    }
}
