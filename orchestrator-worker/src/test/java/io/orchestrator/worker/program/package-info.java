/** Agents that are programs, tried with real processes. */
@NullMarked
package io.orchestrator.worker.program;

import org.jspecify.annotations.NullMarked;
