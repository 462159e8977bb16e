/**
 * The test kit: runs a plan in memory under a virtual clock, so that 50 hours with crashes, retries, pauses and timeboxes
 * are a unit test.
 *
 * <p>{@link io.orchestrator.testing.TestEngine} is one deployment: workers, a scheduler and a timer service on the
 * in-memory twins of store and queue, which pass the same contract suites as Postgres and Redis, with the engine's own
 * decisions. Agents are the user's: they run on threads of their own, one at a time, in turns with the engine, and let
 * time pass by {@link io.orchestrator.testing.VirtualTime#pass}. Nothing waits for real time, and the same calls give the
 * same run.
 *
 * <p>What differs from a real deployment: agents are Java (no programs), work takes no time unless it says so, and the two
 * judgements that a worker makes of its own attempts, breakers and stuck detection, are not made.
 *
 * <p>A body that does not come back within a minute of real time, because it waits for something other than virtual time,
 * ends the test with an error that names it.
 */
@NullMarked
package io.orchestrator.testing;

import org.jspecify.annotations.NullMarked;
