package io.orchestrator.agent;

import io.orchestrator.json.Json;

/**
 * A task to submit.
 *
 * @param key the parent's own name for it, the same in every attempt; not empty
 * @param type {@code agent} or {@code tool}
 * @param target the agent's or the tool's name
 * @param input laid over the phase's input, an object
 */
public record ChildSpec(String key, String type, String target, Json input) {
    public ChildSpec {
        if (key.isBlank() || target.isBlank()) {
            throw new IllegalArgumentException(
                    "a child needs a key and a target, found key '" + key + "' and target '" + target + "'");
        }
        if (!input.isObject()) {
            throw new IllegalArgumentException(
                    "the input of child '" + key + "' must be an object, found " + input.describe());
        }
    }

    /** Equal for children that are the same, by meaning. */
    public String contentHash() {
        return Json.array(java.util.List.of(Json.of(type), Json.of(target), input))
                .sha256();
    }
}
