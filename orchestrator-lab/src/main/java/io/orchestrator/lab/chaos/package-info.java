/**
 * Throws faults at real processes and says what became of the work.
 *
 * <p>A {@link io.orchestrator.lab.chaos.ChaosRun} starts servers in a scratch directory and every service as a process of
 * its own, each behind TCP proxies of its own; submits plans whose agents write down all they do; carries out a
 * {@link io.orchestrator.lab.chaos.FaultPlan}, which depends on nothing but its seed and length; heals everything, waits
 * until the work is done, has the independent checker judge database and journal, and reports.
 *
 * <p>What happens between the processes is not repeatable to the millisecond: the same seed throws the same faults at the
 * same moments at the same kinds of victims, and what they hit differs. A process that ends is started again at once, as
 * a supervisor would do.
 *
 * <p>Times of recovery are taken from the database's own instants (claims, ends, rounds, firings), seen by polling; the
 * moment of a fault is the harness's clock, which is that of the same machine.
 */
@NullMarked
package io.orchestrator.lab.chaos;

import org.jspecify.annotations.NullMarked;
