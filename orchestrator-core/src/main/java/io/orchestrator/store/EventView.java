package io.orchestrator.store;

import io.orchestrator.json.Json;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Something that happened in a run.
 *
 * @param seq gap-free per run, from 1
 * @param kind such as {@code task.completed}; {@link io.orchestrator.run.EventKind} has those that this version writes
 */
public record EventView(
        String runId,
        long seq,
        Instant at,
        String kind,
        Optional<String> phaseId,
        Optional<String> taskId,
        OptionalLong epoch,
        OptionalInt attempt,
        Optional<String> workerId,
        Json data) {}
