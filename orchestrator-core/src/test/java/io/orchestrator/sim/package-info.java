/**
 * The engine simulated: workers, schedulers, timer services and submitters in one thread, on the in-memory twins of store
 * and queue, under a virtual clock. One seed decides the order of events, ids, jitter and every fault.
 *
 * <p>The actors here are small and do what the real processes do, call by call, in the same order and with the same
 * answers to failures; the store, the queue, all decisions and the {@link io.orchestrator.service.Announcer} are the
 * engine's own. {@link io.orchestrator.sim.Ledger} and {@link io.orchestrator.sim.Watch} judge from outside, through the
 * ports alone, after every event that may have changed something.
 *
 * <p>Time is stretched: what the engine does every second happens here every few minutes (see
 * {@link io.orchestrator.sim.Pace}), so that 50 hours are some ten thousand events.
 */
@NullMarked
package io.orchestrator.sim;

import org.jspecify.annotations.NullMarked;
