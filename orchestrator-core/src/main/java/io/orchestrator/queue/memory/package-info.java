/**
 * The queue within one process: the twin of {@link io.orchestrator.queue.redis} for simulations and tests. It passes the
 * same contract suite, knows the same failures on demand ({@link io.orchestrator.queue.memory.MemoryBroker} can forget
 * everything and go away), and takes its time from an injected clock.
 */
@NullMarked
package io.orchestrator.queue.memory;

import org.jspecify.annotations.NullMarked;
