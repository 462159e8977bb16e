package io.orchestrator.store.memory;

import io.orchestrator.run.TaskState;
import io.orchestrator.store.Obstacles;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What does not go on by itself, in memory. Rows cannot be spoilt here: only custom timers can be set aside. */
final class InMemoryObstacles implements Obstacles {
    private record Group(String target, String runId) {}

    private final Transactions transactions;
    private final Memory memory;

    InMemoryObstacles(Transactions transactions, Memory memory) {
        this.transactions = transactions;
        this.memory = memory;
    }

    @Override
    public List<SetAside> setAside(int max) {
        return transactions.run(
                "obstacles.setAside",
                () -> memory.timers.setAside().stream()
                        .map(timer -> new SetAside(Kind.TIMER, String.valueOf(timer.id()), "", "its action failed"))
                        .limit(max)
                        .toList());
    }

    @Override
    public List<UnknownTarget> unknownTargets(int max) {
        return transactions.run(
                "obstacles.unknownTargets",
                () -> memory.liveWhere(task -> task.state == TaskState.QUEUED && task.declined > 0).stream()
                        .collect(Collectors.groupingBy(
                                task -> new Group(task.spec.type().wire() + ":" + task.target(), task.phase.run.id)))
                        .entrySet()
                        .stream()
                        .map(group -> new UnknownTarget(
                                group.getKey().target(),
                                group.getKey().runId(),
                                group.getValue().size(),
                                group.getValue().stream()
                                        .map(task -> task.readySince)
                                        .min(Instant::compareTo)
                                        .orElseThrow()))
                        .sorted(Comparator.comparing(UnknownTarget::since)
                                .thenComparing(UnknownTarget::target)
                                .thenComparing(UnknownTarget::runId))
                        .limit(max)
                        .toList());
    }
}
