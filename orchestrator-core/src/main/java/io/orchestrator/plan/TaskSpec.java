package io.orchestrator.plan;

import io.orchestrator.json.Json;

/**
 * One unit of work of a phase, before it has an id in the database.
 *
 * @param ordinal its place in the phase
 * @param name what its output goes by in the phase
 * @param shard which piece it is, counted from 0; negative one when the agent is not sharded
 * @param key its idempotence key, unique in the phase
 * @param input what is laid over the phase's input, an object
 * @param budget its share: {@code tokens}, {@code usd}
 */
public record TaskSpec(
        int ordinal, TaskType type, String target, String name, int shard, String key, Json input, Json budget) {}
