package io.orchestrator.store;

import io.orchestrator.plan.Priority;

/**
 * How many tasks of a lane have not ended.
 *
 * @param queued ready for a worker, whether or not a gate holds them
 * @param running held by a worker
 * @param retrying waiting for their next attempt
 * @param pending waiting for a free place in their phase
 */
public record LaneDepth(Priority lane, long queued, long running, long retrying, long pending) {}
