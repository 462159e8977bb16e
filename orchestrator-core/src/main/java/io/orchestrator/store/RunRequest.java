package io.orchestrator.store;

import io.orchestrator.json.Json;
import io.orchestrator.plan.Plan;
import java.util.List;
import java.util.Optional;

/**
 * A plan to run.
 *
 * @param plan the plan as read
 * @param source the plan's document, as it is stored
 * @param inputs laid over the plan's inputs, an object
 * @param agents the programs that the plan's agents file names, in the form of that file; an empty object for none
 * @param key the submitter's idempotence key
 */
public record RunRequest(Plan plan, Json source, Json inputs, Json agents, Optional<String> key) {
    /** Equal for requests that are the same: the plan and the inputs, by meaning. */
    public String contentHash() {
        return Json.array(List.of(source, inputs)).sha256();
    }
}
