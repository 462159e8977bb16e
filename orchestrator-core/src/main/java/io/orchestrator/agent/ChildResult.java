package io.orchestrator.agent;

import io.orchestrator.json.Json;
import java.util.Optional;

/**
 * A child as it stood when it was asked for.
 *
 * @param key the parent's name for it
 * @param state {@code completed}, {@code failed}, {@code cancelled}, {@code timed_out} or {@code dead} once it has ended
 * @param ended whether the state is final
 * @param output of a completed child
 * @param error of a child that ended in another way
 */
public record ChildResult(
        String key, String taskId, String state, boolean ended, Optional<Json> output, Optional<String> error) {
    public boolean completed() {
        return state.equals("completed");
    }
}
