package io.orchestrator.store.memory;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.run.Kinship;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Hold;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All that the store remembers. Every map keeps the order of insertion or of its keys. Guarded by {@link Transactions}. */
final class Memory {
    /** A checkpoint as it lies here. */
    record Saved(CheckpointStore.Entry entry, Json data) {
        Checkpoint checkpoint() {
            return new Checkpoint(entry.seq(), entry.token(), data);
        }
    }

    final Map<String, RunRow> runs = new LinkedHashMap<>();
    final Map<String, RunRow> runsByKey = new LinkedHashMap<>();
    final Map<String, PhaseRow> phases = new LinkedHashMap<>();
    final Map<String, TaskRow> tasks = new LinkedHashMap<>();
    /** Tasks that are not final. */
    final Map<String, TaskRow> live = new LinkedHashMap<>();

    final Map<String, WorkerRow> workers = new LinkedHashMap<>();
    final Map<String, NavigableMap<Long, Saved>> checkpoints = new LinkedHashMap<>();
    final Map<String, Map<String, Json>> steps = new LinkedHashMap<>();
    final PendingTimers timers = new PendingTimers();
    Optional<Instant> lastReaperRound = Optional.empty();

    /** The task that this hold is a claim to; empty when its holder is no longer believed. */
    Optional<TaskRow> held(Hold hold) {
        return Optional.ofNullable(live.get(hold.taskId())).filter(task -> task.isHeldAs(hold));
    }

    List<TaskRow> liveWhere(Predicate<TaskRow> which) {
        return live.values().stream().filter(which).toList();
    }

    List<TaskRow> queued() {
        return liveWhere(task -> task.state == TaskState.QUEUED);
    }

    Stream<TaskRow> childrenOf(String parentId) {
        return Optional.ofNullable(tasks.get(parentId)).stream()
                .flatMap(parent -> IntStream.rangeClosed(1, parent.children)
                        .mapToObj(number -> tasks.get(Kinship.childId(parentId, number)))
                        .flatMap(Stream::ofNullable));
    }

    Optional<TaskRow> childOf(TaskRow parent, String key) {
        String inPhase = Kinship.keyInPhase(parent.id, key);
        return childrenOf(parent.id)
                .filter(child -> child.spec.key().equals(inPhase))
                .findFirst();
    }

    NavigableMap<Long, Saved> checkpointsOf(String taskId) {
        return checkpoints.getOrDefault(taskId, new TreeMap<>());
    }
}
