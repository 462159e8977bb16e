package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.util.Optional;

/**
 * One unit of work of a phase, before it has an id in the database.
 *
 * @param ordinal its place in the phase
 * @param fallback who goes on when the target has failed for good
 * @param name what its output goes by in the phase
 * @param shard which piece it is, counted from 0; negative one when the agent is not sharded
 * @param key its idempotence key, unique in the phase
 * @param input what is laid over the phase's input, an object
 * @param budget its share: {@code tokens}, {@code usd}
 */
public record TaskSpec(
        int ordinal,
        TaskType type,
        String target,
        Optional<Fallback> fallback,
        String name,
        int shard,
        String key,
        Json input,
        Json budget) {
    /**
     * The same work in a further round of its phase: under a key of its own, which no name can hold, and with
     * {@code rubricMiss} in its input, which says what the round before has missed.
     */
    public TaskSpec inRound(int round, Json rubricMiss) {
        return new TaskSpec(
                ordinal,
                type,
                target,
                fallback,
                name,
                shard,
                key + "@" + round,
                input.with("rubricMiss", rubricMiss),
                budget);
    }
}
