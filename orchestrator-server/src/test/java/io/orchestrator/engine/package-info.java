/** The engine as a whole on real servers: scheduler, workers and timer service in one JVM, agents in Java. */
@NullMarked
package io.orchestrator.engine;

import org.jspecify.annotations.NullMarked;
