/**
 * How services start, loop and stop: idempotently, repeatedly, and with every wait bounded.
 *
 * <p>A {@link io.orchestrator.service.Loop} runs one round after another, each saying when the next is due, and can be
 * woken early. A round that fails because a server is away is tried again with a growing wait and told of once; any other
 * failure is logged with its trace, and the loop goes on: a service that dies of one bad row helps nobody.
 */
@NullMarked
package io.orchestrator.service;

import org.jspecify.annotations.NullMarked;
