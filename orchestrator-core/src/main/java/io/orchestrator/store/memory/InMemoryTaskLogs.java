package io.orchestrator.store.memory;

import io.orchestrator.store.LogLine;
import io.orchestrator.store.TaskLogs;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Logs in memory. */
final class InMemoryTaskLogs implements TaskLogs {
    private final Transactions transactions;
    private final Memory memory;

    InMemoryTaskLogs(Transactions transactions, Memory memory) {
        this.transactions = transactions;
        this.memory = memory;
    }

    @Override
    public void append(List<Addition> additions) {
        transactions.run("logs.append", () -> {
            additions.forEach(this::append);
            return true;
        });
    }

    private void append(Addition addition) {
        Chunk chunk = addition.chunk();
        long epoch = chunk.hold().epoch();
        NavigableMap<Place, Chunk> log =
                memory.logs.computeIfAbsent(chunk.hold().taskId(), id -> new TreeMap<>());
        log.subMap(new Place(epoch, addition.dropFrom()), new Place(epoch, addition.dropTo()))
                .clear();
        log.putIfAbsent(new Place(epoch, chunk.firstLine()), stored(chunk));
    }

    private static Chunk stored(Chunk chunk) {
        List<LogLine> lines = chunk.lines().stream()
                .map(line -> new LogLine(line.at(), line.source(), line.level(), Stored.plainText(line.text())))
                .toList();
        return new Chunk(chunk.hold(), chunk.attempt(), chunk.firstLine(), lines);
    }

    @Override
    public List<Chunk> read(SequencedMap<String, Place> from, int most) {
        return transactions.run(
                "logs.read",
                () -> from.entrySet().stream()
                        .flatMap(task -> from(task.getKey(), task.getValue()))
                        .limit(most)
                        .toList());
    }

    private Stream<Chunk> from(String taskId, Place place) {
        NavigableMap<Place, Chunk> log = memory.logs.getOrDefault(taskId, new TreeMap<>());
        Map.Entry<Place, Chunk> before = log.floorEntry(place);
        Place start = before == null || before.getValue().after().compareTo(place) <= 0 ? place : before.getKey();
        return log.tailMap(start, true).values().stream();
    }
}
