/**
 * Two kinds of time that are never mixed: stored instants, which are the database's, and waited durations, which are
 * monotonic ticks. A real clock is read in {@link io.orchestrator.time.SystemTicks} and
 * {@link io.orchestrator.time.SystemClock} only.
 */
@NullMarked
package io.orchestrator.time;

import org.jspecify.annotations.NullMarked;
