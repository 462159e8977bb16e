package io.orchestrator.store;

/** A worker's claim to a task: believed only while {@code epoch} is the task's current one. */
public record Hold(String taskId, long epoch) {}
