package io.orchestrator.agent;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request to come to a result.
 *
 * @param deadline when the task is ended
 * @param remaining time left when the notice was given
 * @param tokensLeft tokens of the task's share not yet used; empty without a budget of tokens
 * @param usdLeft US dollars of the task's share not yet used; empty without a budget of dollars
 */
public record WrapUp(Instant deadline, Duration remaining, OptionalLong tokensLeft, Optional<BigDecimal> usdLeft) {}
