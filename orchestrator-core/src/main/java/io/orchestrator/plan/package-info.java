/**
 * What users write: plans, phases, agents and their options, as immutable records.
 *
 * <p>A plan is read by {@link io.orchestrator.plan.PlanReader}, which refuses a bad one before anything is stored and
 * names each fault by its JSON pointer, what was found and what was expected. A plan that was read is valid: names are
 * unique, {@code needs} has no cycle, every number is in range.
 */
@NullMarked
package io.orchestrator.plan;

import org.jspecify.annotations.NullMarked;
