package io.orchestrator.run;

import io.orchestrator.json.StorableText;
import java.time.Duration;
import java.util.Optional;

/**
 * Why an attempt failed.
 *
 * @param message for people; of a very long one the beginning and the end
 * @param retryable whether trying again can help
 * @param retryAfter not before this much time has passed, where the failure said so
 */
public record Failure(String message, boolean retryable, Optional<Duration> retryAfter) {
    /** As it can be stored, whoever says it. */
    public Failure {
        message = StorableText.message(message);
    }
}
