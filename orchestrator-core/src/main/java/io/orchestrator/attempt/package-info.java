/**
 * What holds for an attempt whoever runs it, a worker or the test kit: what it is told of its task
 * ({@link io.orchestrator.attempt.TaskInHand}), why it is stopped ({@link io.orchestrator.attempt.Stop}), and what its
 * end means ({@link io.orchestrator.attempt.AttemptOutcomes}). Pure; it depends on the vocabulary and the ports' records
 * only.
 */
@NullMarked
package io.orchestrator.attempt;

import org.jspecify.annotations.NullMarked;
