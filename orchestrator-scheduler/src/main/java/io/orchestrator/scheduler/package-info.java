/**
 * Keeps runs moving. Any number of schedulers share the work; each round is a transaction that any of them may make.
 *
 * <ul>
 *   <li>The dispatcher sends again what is queued and nobody has taken: because a ticket was lost, or the queue lost its
 *       memory. It holds back while the queue has more tickets than it needs.
 *   <li>Dead readers, those not heard of for a minute, are removed from the queue; their tickets are put back.
 *   <li>The reaper takes leases away that have run out, or whose process is proven dead, and puts the tasks back.
 *   <li>The reconciler carries out what was decided and not finished: runs and phases that are to end.
 * </ul>
 */
@NullMarked
package io.orchestrator.scheduler;

import org.jspecify.annotations.NullMarked;
