package io.orchestrator.agent;

import java.time.Instant;
import java.util.Optional;

/**
 * The task as its agent sees it.
 *
 * @param type {@code agent} or {@code tool}
 * @param attempt 1 for the first try; a lost or returned attempt does not count
 * @param epoch the fencing token of this attempt; grows with every claim
 * @param deadline when the engine ends the task, if anything limits it
 */
public record TaskInfo(
        String id,
        String runId,
        String phase,
        String type,
        String target,
        int attempt,
        long epoch,
        Optional<Instant> deadline) {}
