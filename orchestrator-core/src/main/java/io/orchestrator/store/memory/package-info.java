/**
 * The store within one process: the twin of {@link io.orchestrator.store.postgres} for simulations and for users' tests.
 *
 * <p>It passes the same contract suites. What is decided is decided by the same pure functions ({@code run} and
 * {@code plan}); every change of a state goes through the declared tables of {@link io.orchestrator.run.TaskLifecycle} and
 * {@link io.orchestrator.run.StageLifecycle}, and one that is not declared is an exception.
 *
 * <p>One lock stands for all row locks, so transactions happen one after the other. A method commits where its twin on
 * Postgres does: cancelling, firing timers and sweeping are several commits there and here. At each of them
 * {@link io.orchestrator.store.memory.Faults} may lose the request or the answer.
 *
 * <p>Time comes from the injected clock, ids from the injected source, and everything else is in a fixed order: the same
 * calls give the same state, which {@link io.orchestrator.store.memory.InMemoryStore#dump} writes down. Where Postgres
 * spreads load by chance (when a ticket is sent again), the twin takes the middle.
 */
@NullMarked
package io.orchestrator.store.memory;

import org.jspecify.annotations.NullMarked;
