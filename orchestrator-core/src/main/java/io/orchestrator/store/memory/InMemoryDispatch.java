package io.orchestrator.store.memory;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.LaneDepth;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The dispatcher's side, in memory. */
final class InMemoryDispatch implements Dispatch {
    private final Transactions transactions;
    private final Memory memory;
    private final InstantSource clock;

    InMemoryDispatch(Transactions transactions, Memory memory, InstantSource clock) {
        this.transactions = transactions;
        this.memory = memory;
        this.clock = clock;
    }

    @Override
    public List<Ticket> due(int max, Function<Priority, Duration> again) {
        return transactions.run("dispatch.due", () -> {
            Instant now = clock.instant();
            List<Ticket> tickets = new ArrayList<>(InMemoryBreakers.probe(memory, now));
            List<TaskRow> due = memory.queued().stream()
                    .filter(task -> !task.dispatchAt.isAfter(now))
                    .sorted(InMemoryTasks.BY_URGENCY)
                    .limit(max)
                    .toList();
            due.forEach(task -> task.dispatchAt = nextLook(task, now, again.apply(task.lane())));
            due.stream()
                    .filter(task -> !memory.isHeld(task, now))
                    .map(TaskRow::ticket)
                    .forEach(tickets::add);
            return tickets;
        });
    }

    /** What is behind a closed gate is looked at again when that opens by itself, if that is earlier. */
    private Instant nextLook(TaskRow task, Instant now, Duration again) {
        return memory.gatesBefore(task, now).stream()
                .flatMap(gate -> gate.reopensAt().stream())
                .filter(now.plus(again)::isAfter)
                .min(Instant::compareTo)
                .orElse(now.plus(again));
    }

    @Override
    public List<LaneDepth> lanes() {
        return transactions.run(
                "dispatch.lanes",
                () -> Arrays.stream(Priority.values()).map(this::depth).toList());
    }

    private LaneDepth depth(Priority lane) {
        return new LaneDepth(
                lane,
                count(lane, TaskState.QUEUED),
                count(lane, TaskState.RUNNING),
                count(lane, TaskState.RETRYING),
                count(lane, TaskState.PENDING));
    }

    private long count(Priority lane, TaskState state) {
        return memory.liveWhere(task -> task.lane() == lane && task.state == state)
                .size();
    }

    /** Spreads evenly what Postgres spreads by chance. */
    @Override
    public int everythingIsDue(Duration spread) {
        return transactions.run("dispatch.everythingIsDue", () -> {
            Instant now = clock.instant();
            List<TaskRow> queued = memory.queued();
            for (int i = 0; i < queued.size(); i++) {
                queued.get(i).dispatchAt = now.plus(spread.multipliedBy(i).dividedBy(queued.size()));
            }
            return queued.size();
        });
    }
}
