/**
 * What people write: agents and tools in Java, and what the engine hands them.
 *
 * <p>A body may be attempted more than once: after a failure with retries left, and after its worker was lost. What it
 * does through its {@link io.orchestrator.agent.AgentContext} (checkpoints, steps, usage, output) counts once, and only
 * while the attempt is the one the engine trusts; afterwards each call throws
 * {@link io.orchestrator.agent.AttemptRevoked}, and the body should let it pass.
 */
@NullMarked
package io.orchestrator.agent;

import org.jspecify.annotations.NullMarked;
