package io.orchestrator.store;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.Failure;
import java.time.Duration;

/**
 * The end of an attempt, as its worker reports it.
 *
 * @param used totals of the task over all its attempts, this one included
 */
public record AttemptReport(Hold hold, Outcome outcome, Usage used) {
    /** How an attempt can end. */
    public sealed interface Outcome {
        record Completed(Json output) implements Outcome {}

        /** Failed; another attempt follows after {@code delay}. */
        record Retry(Failure failure, Duration delay) implements Outcome {}

        /** Failed for good. */
        record Failed(Failure failure) implements Outcome {}

        /** Given back unfinished, to be taken up elsewhere at once, or after {@code delay}. */
        record HandedBack(String reason, Duration delay) implements Outcome {}

        /** Given back untouched, because this worker knows nobody for its target; told in the events the first time. */
        record Declined(String reason) implements Outcome {}

        /** Waits for its children without a slot; no attempt is used up. */
        record Awaiting() implements Outcome {}
    }
}
