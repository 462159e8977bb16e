/**
 * What the engine counts and measures, by Micrometer.
 *
 * <p>{@link io.orchestrator.metrics.EngineMetrics} has one method for each thing that happens, named after it; services
 * call it and know nothing of meters. Names and tags stand there and nowhere else. No id of a task, run or worker is ever
 * a tag: each would be a time series of its own, for ever. {@link io.orchestrator.metrics.ProcessMetrics} adds what the
 * JVM and the process report.
 *
 * <p>Measuring never fails and never blocks: what has to be asked of a server (the queue's depth) is sampled beside, and a
 * sample that cannot be taken is shown as missing, not as zero.
 */
@NullMarked
package io.orchestrator.metrics;

import org.jspecify.annotations.NullMarked;
