/**
 * The engine's decisions, as pure functions: no input or output, no clock, no randomness of their own.
 *
 * <p>{@link io.orchestrator.run.Lifecycle} tables declare what may follow what for tasks, phases and runs;
 * {@link io.orchestrator.run.RunDecisions} says what a run does next; {@link io.orchestrator.run.AttemptDecisions} what
 * follows a failed attempt; {@link io.orchestrator.run.EndingDecisions}, {@link io.orchestrator.run.LeaseDecisions} and
 * {@link io.orchestrator.run.Timeboxes} hold the smaller rules. Stores act on what is decided here, inside the transaction that made it true.
 */
@NullMarked
package io.orchestrator.run;

import org.jspecify.annotations.NullMarked;
