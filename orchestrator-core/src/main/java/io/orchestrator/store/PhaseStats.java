package io.orchestrator.store;

import java.math.BigDecimal;
import java.util.OptionalDouble;

/**
 * A phase in numbers, read at one instant. What is not completed, failed or running waits or was cancelled.
 *
 * @param total tasks of the steps opened so far
 * @param running how many are held by a worker now
 * @param avgDurationMs of the completed tasks, from first claim to end; empty while there is none
 * @param totalCost of all tasks of the phase so far, in US dollars
 */
public record PhaseStats(
        String phaseId,
        int total,
        int completed,
        int failed,
        int running,
        OptionalDouble avgDurationMs,
        BigDecimal totalCost) {}
