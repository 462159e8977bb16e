package io.orchestrator.store;

/**
 * What a run need not do again: every phase but {@code fromPhase} and those that need it, at whatever distance, counts as
 * completed with the outputs it has in the other run.
 */
public record TakeOver(String runId, String fromPhase) {}
