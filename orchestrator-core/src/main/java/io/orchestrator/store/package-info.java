/**
 * The ports to what the engine remembers.
 *
 * <p>The store is the truth. Each method is one transaction, durable when it returns; each may be called again after a
 * {@link io.orchestrator.store.StoreUnavailable}, whose outcome is unknown, without being applied twice. Whatever an
 * attempt writes names its epoch ({@link io.orchestrator.store.Hold}) and counts only while that epoch is current.
 * All instants are the database's; durations passed in are added to its clock.
 *
 * <p>A method that makes tasks ready returns {@link io.orchestrator.store.Ready}: the tickets to send once the
 * transaction has committed. Losing them costs time, never work, because what stays queued is sent again.
 */
@NullMarked
package io.orchestrator.store;

import org.jspecify.annotations.NullMarked;
