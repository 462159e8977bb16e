package io.orchestrator.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An attempt as its worker saw it.
 *
 * @param agent the target's name
 * @param attempt as {@link io.orchestrator.agent.TaskInfo#attempt}: one that was lost or handed back keeps its number
 * @param worker the worker's name, such as {@code worker-1}
 * @param ended empty while it runs
 * @param error of a failure, or why it was handed back
 */
public record AttemptRecord(
        String runId,
        String taskId,
        String agent,
        int attempt,
        long epoch,
        String worker,
        Instant started,
        Optional<Instant> ended,
        End end,
        Optional<String> error) {
    /** How an attempt ended. */
    public enum End {
        RUNNING,
        COMPLETED,
        /** Failed, and another attempt follows. */
        RETRIED,
        /** Failed for good. */
        FAILED,
        /** Gave its slot up until its children have ended. */
        WAITING,
        /** Given back unfinished. */
        HANDED_BACK,
        /** The engine had ended its task, or given it to another worker. */
        REVOKED,
        /** Its worker crashed. */
        CRASHED
    }

    /** How long it ran; empty while it runs. */
    public Optional<Duration> ran() {
        return ended.map(at -> Duration.between(started, at));
    }

    AttemptRecord ending(Instant at, End how, Optional<String> why) {
        return new AttemptRecord(runId, taskId, agent, attempt, epoch, worker, started, Optional.of(at), how, why);
    }
}
