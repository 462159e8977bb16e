/**
 * Measures, in one run and on the same servers, what Postgres and Redis can do bare, what a known scheduler does with the
 * same work, and what this engine does through its public path. Figures of one run may be compared with each other, and
 * with nothing else: hence the ratios. Durability is the product's own: fsync and synchronous commits are on.
 */
@NullMarked
package io.orchestrator.lab.bench;

import org.jspecify.annotations.NullMarked;
