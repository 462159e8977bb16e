/**
 * The road between those who have work and those who do it.
 *
 * <p>What travels is a ticket: the id of a task that is queued in the store. A ticket may be lost, doubled, late or
 * stale; none of that can lose or double work, because a task is taken by a compare-and-set in the store
 * ({@code queued} to {@code running}) and whatever stays queued is sent again. So everything here may be washed away at
 * any time, and a failure of it is a {@link io.orchestrator.queue.QueueUnavailable} that callers answer by going to the
 * store directly.
 */
@NullMarked
package io.orchestrator.queue;

import org.jspecify.annotations.NullMarked;
