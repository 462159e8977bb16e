package io.orchestrator.worker.program;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.LogLevel;
import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** What a line of a program's stdout, or one of several objects on it, says. */
sealed interface ProgramMessage {
    /** It ends the attempt, or was to do so. */
    default boolean decides() {
        return switch (this) {
            case Result ignored -> true;
            case Failure ignored -> true;
            case AwaitChildren ignored -> true;
            case Slip slip -> MessageTypes.decides(slip.type());
            case SaveCheckpoint ignored -> false;
            case Heartbeat ignored -> false;
            case SpendReport ignored -> false;
            case LogLine ignored -> false;
            case SubmitChild ignored -> false;
            case Text ignored -> false;
            case NearMiss ignored -> false;
        };
    }

    /** A point to go on from; its name, which only people read, may have been made up for one that had a slip in it. */
    record SaveCheckpoint(String token, Json data, Optional<Slip> slip) implements ProgramMessage {}

    /** A sign of life; without progress, from 0 to 1, that stays as it was. */
    record Heartbeat(Optional<Double> progress, String message) implements ProgramMessage {}

    /** What was used, and which fields beside it nobody counts. */
    record SpendReport(long tokens, BigDecimal costUsd, long toolMs, Optional<String> uncounted)
            implements ProgramMessage {}

    record LogLine(LogLevel level, String message) implements ProgramMessage {}

    record Result(Json output) implements ProgramMessage {}

    record Failure(String message, boolean retryable, Duration retryAfter) implements ProgramMessage {}

    /** Work for another agent or tool. */
    record SubmitChild(ChildSpec child) implements ProgramMessage {}

    /** Ends the attempt until all children have ended. */
    record AwaitChildren() implements ProgramMessage {}

    /** No message: text. */
    record Text(String text) implements ProgramMessage {}

    /** Text that may have been meant as a message of this type, or may not; the author is told. */
    record NearMiss(String type, String text, String reason) implements ProgramMessage {}

    /** Plainly a message of this type, which cannot be taken for the reason. */
    record Slip(String type, String text, String reason, boolean retryable) implements ProgramMessage {
        boolean fails() {
            return MessageTypes.fails(type);
        }

        /** The program does not know and would go on, although nothing can come of it. */
        boolean stops() {
            return type.equals("usage") || type.equals("child");
        }
    }
}
