/**
 * The ports to what the engine remembers.
 *
 * <p>The store is the truth. Each method is one transaction, or a decision followed by small transactions that carry it
 * out (cancelling, firing, sweeping), durable when it returns.
 *
 * <p>After a {@link io.orchestrator.store.StoreUnavailable} the outcome is unknown. Calling again is safe for what names
 * a state (claims, ends of attempts, firings, decisions) or a key. Without a key a submission or a custom timer may then
 * exist twice, and a checkpoint may be appended twice.
 *
 * <p>Whatever an attempt writes names its epoch ({@link io.orchestrator.store.Hold}) and counts only while that epoch is
 * current. All instants are the database's; durations passed in are added to its clock.
 *
 * <p>A method that makes tasks ready returns {@link io.orchestrator.store.Ready}: the tickets to send once the
 * transaction has committed. Losing them costs time, never work, because what stays queued is sent again.
 */
@NullMarked
package io.orchestrator.store;

import org.jspecify.annotations.NullMarked;
