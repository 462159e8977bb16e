/**
 * The doors: HTTP for health, metrics and scheduling.
 */
@NullMarked
package io.orchestrator.server;

import org.jspecify.annotations.NullMarked;
