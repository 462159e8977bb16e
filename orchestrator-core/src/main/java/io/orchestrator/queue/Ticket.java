package io.orchestrator.queue;

import io.orchestrator.plan.Priority;

/** The news that a task is queued, and the lane it travels in. */
public record Ticket(String taskId, Priority lane) {}
