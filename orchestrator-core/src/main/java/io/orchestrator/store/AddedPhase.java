package io.orchestrator.store;

/**
 * A phase of the run of a key.
 *
 * @param added false when the run had it already
 */
public record AddedPhase(String runId, String phaseId, boolean added, Ready ready) {}
