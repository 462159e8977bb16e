package io.orchestrator.store;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Plan;

/**
 * What the tasks of one step of a phase share; it does not change while the step is open.
 *
 * @param phase the phase's name
 * @param input the run's inputs overlaid by the phase's
 * @param upstream outputs that the step's tasks may see, by phase and agent
 * @param agents the programs that the run brought along, in the form of the agents file
 */
public record PhaseContext(String runId, String phase, Plan plan, Json input, Json upstream, Json agents) {}
