/**
 * Takes tasks, runs agents, reports.
 *
 * <p>One {@link io.orchestrator.worker.WorkerPool} in a process holds one lease for all that it runs:
 *
 * <ul>
 *   <li>the intake reads only as many tickets as there are free slots, claims them in one statement, settles them before
 *       the work begins, and starts an attempt for each claim;
 *   <li>an attempt is the agent's context: every write it makes names its epoch;
 *   <li>the reporter commits the ends of attempts in groups: whatever gathered while the last commit was under way;
 *   <li>the lease keeper renews, and learns which attempts are no longer trusted; the fence stops everything before the
 *       lease could have been given away, judged by monotonic time from before the last renewal was sent.
 * </ul>
 *
 * <p>Redis away: the intake claims from Postgres. Postgres away: agents run on within the lease, ends of attempts wait in
 * bounded memory, and beyond the lease the agents are stopped. On stopping, heartbeats end last.
 */
@NullMarked
package io.orchestrator.worker;

import org.jspecify.annotations.NullMarked;
