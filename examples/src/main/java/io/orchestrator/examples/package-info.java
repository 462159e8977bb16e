/** Agents in Java, to copy from. */
@NullMarked
package io.orchestrator.examples;

import org.jspecify.annotations.NullMarked;
