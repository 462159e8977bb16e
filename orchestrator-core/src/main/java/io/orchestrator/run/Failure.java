package io.orchestrator.run;

import java.time.Duration;
import java.util.Optional;

/**
 * Why an attempt failed.
 *
 * @param message for people
 * @param retryable whether trying again can help
 * @param retryAfter not before this much time has passed, where the failure said so
 */
public record Failure(String message, boolean retryable, Optional<Duration> retryAfter) {}
