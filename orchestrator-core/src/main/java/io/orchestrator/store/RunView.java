package io.orchestrator.store;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A run as people see it, read at one instant.
 *
 * @param paused set while it is paused
 * @param startAt set of a run that was to start later than it was accepted
 */
public record RunView(
        String id,
        String name,
        StageState state,
        Optional<String> reason,
        List<Phase> phases,
        Usage usage,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<Instant> deadline,
        Optional<Paused> paused,
        Optional<Instant> startAt) {
    public RunView {
        phases = List.copyOf(phases);
    }

    /** Since when nothing of the run is started, and why. */
    public record Paused(Instant since, String reason) {}

    /**
     * A phase.
     *
     * @param round which time it is done, from 1; the counters are those of this round
     * @param total tasks of the steps opened so far
     * @param running how many are held by a worker now
     * @param usage of all rounds
     * @param tasks of all rounds, in order; empty when they were not asked for
     * @param takenFrom the run in which it was done, where it was taken over as completed
     */
    public record Phase(
            String id,
            String name,
            StageState state,
            Optional<String> reason,
            int round,
            int total,
            int completed,
            int failed,
            int open,
            int running,
            int step,
            int steps,
            Usage usage,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            List<Task> tasks,
            Optional<String> takenFrom) {
        public Phase {
            tasks = List.copyOf(tasks);
        }
    }

    /** A task; {@code progress} is from 0 to 1 where the agent has reported it. */
    public record Task(
            String id,
            String phaseId,
            String type,
            String target,
            String name,
            int shard,
            int round,
            TaskState state,
            int attempts,
            long epoch,
            Optional<Json> output,
            Optional<String> error,
            Optional<Double> progress,
            Optional<String> message,
            Optional<String> workerId,
            Usage usage,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt) {}
}
