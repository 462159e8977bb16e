package io.orchestrator.queue;

import io.orchestrator.plan.Priority;

/**
 * A ticket as one reader received it.
 *
 * @param receipt what the queue needs to settle it; opaque to callers
 */
public record Delivery(String taskId, Priority lane, String receipt) {}
