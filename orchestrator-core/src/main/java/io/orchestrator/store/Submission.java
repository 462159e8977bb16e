package io.orchestrator.store;

/**
 * What became of a request.
 *
 * @param created false when the key was known and the run existed already
 */
public record Submission(String runId, boolean created, Ready ready) {}
