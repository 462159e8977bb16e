/**
 * What users write: plans, phases, agents and their options, as immutable records.
 *
 * <p>A plan is read by {@link io.orchestrator.plan.PlanReader}, which refuses a bad one before anything is stored and
 * names each fault by its JSON pointer, what was found and what was expected. A plan that was read is valid: names are
 * unique, {@code needs} has no cycle, every number is in range. {@link io.orchestrator.plan.AgentsFile} does the same for the
 * programs behind the names.
 *
 * <p>Beside the records stand the decisions that follow from them alone, without I/O and without a clock: which tasks a
 * phase becomes ({@link io.orchestrator.plan.TaskSpecs}), what they see of earlier ones
 * ({@link io.orchestrator.plan.Upstream}), when a failed one is tried again ({@link io.orchestrator.plan.Backoff}), whether
 * a phase's results are good enough ({@link io.orchestrator.plan.Rubrics}). What a plan asks for and the data cannot give is
 * an {@link io.orchestrator.plan.ExpansionException}: final, not worth a retry.
 */
@NullMarked
package io.orchestrator.plan;

import org.jspecify.annotations.NullMarked;
