/**
 * JSON as a value.
 *
 * <p>{@link io.orchestrator.json.Json} is the immutable document that travels through the engine: inputs, outputs,
 * checkpoints, plans. The parser behind it is visible in this package only. Reading is bounded (depth, length of names,
 * numbers and strings) because documents come from agents and from the network; a document beyond the bounds is a
 * {@link io.orchestrator.json.JsonException} that says which bound.
 *
 * <p>{@link io.orchestrator.json.JsonSchema} checks documents against published schemas. What can be stored and read back
 * is defined once, in {@link io.orchestrator.json.StorageLimits}: {@link io.orchestrator.json.UnstorableValue} finds what is
 * correct JSON and beyond it, and {@link io.orchestrator.json.StorableText} mends what can be mended.
 */
@NullMarked
package io.orchestrator.json;

import org.jspecify.annotations.NullMarked;
