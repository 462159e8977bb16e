package io.orchestrator.cli;

import io.orchestrator.store.Retention;
import io.orchestrator.worker.WorkerSettings;
import java.time.Duration;

/**
 * How the services of one process work.
 *
 * @param worker slots, leases, heartbeats, scaling
 * @param timerCheck how long the timer service sleeps at most
 * @param retention what the timer service removes, and when
 * @param mirrors whether heartbeats and events are copied to Redis for consumers outside of the engine
 * @param grace how long agents may take to come to a stop
 */
record EngineSettings(
        WorkerSettings worker, Duration timerCheck, Retention.Days retention, boolean mirrors, Duration grace) {}
