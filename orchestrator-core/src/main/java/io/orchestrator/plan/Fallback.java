package io.orchestrator.plan;

/**
 * Who goes on with a task that its first target has failed for good.
 *
 * @param target the name of an agent, or of a tool for the task of a tool
 * @param fromCheckpoint whether it can continue from the first target's checkpoints; otherwise it begins anew
 */
public record Fallback(String target, boolean fromCheckpoint) {}
