package io.orchestrator.worker.program;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.LogLevel;
import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** One line of a program's stdout, understood. */
sealed interface ProgramMessage {
    record SaveCheckpoint(String token, Json data) implements ProgramMessage {}

    /** A sign of life; without progress, from 0 to 1, that stays as it was. */
    record Heartbeat(Optional<Double> progress, String message) implements ProgramMessage {}

    record SpendReport(long tokens, BigDecimal costUsd, long toolMs) implements ProgramMessage {}

    record LogLine(LogLevel level, String message) implements ProgramMessage {}

    record Result(Json output) implements ProgramMessage {}

    record Failure(String message, boolean retryable, Duration retryAfter) implements ProgramMessage {}

    /** Work for another agent or tool. */
    record SubmitChild(ChildSpec child) implements ProgramMessage {}

    /** Ends the attempt until all children have ended. */
    record AwaitChildren() implements ProgramMessage {}

    /** No message: text. */
    record Text(String text) implements ProgramMessage {}

    /** Meant as a message of this type, but a field is wrong; treated as text, with a word to the author. */
    record Malformed(String type, String text, String reason) implements ProgramMessage {}
}
