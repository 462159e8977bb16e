package io.orchestrator.agent;

import io.orchestrator.json.Json;

/**
 * A point to continue from.
 *
 * @param seq 1 for a task's first checkpoint, growing by one
 * @param token the agent's own name for the point, such as {@code step-2-complete}
 * @param data what the agent needs to continue from there
 */
public record Checkpoint(long seq, String token, Json data) {}
