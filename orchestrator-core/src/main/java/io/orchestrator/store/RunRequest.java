package io.orchestrator.store;

import io.orchestrator.json.Json;
import io.orchestrator.plan.IdempotenceKey;
import io.orchestrator.plan.Plan;
import java.util.ArrayList;
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
 * @param start when it starts
 * @param takeOver what of another run is taken over as done
 */
public record RunRequest(
        Plan plan,
        Json source,
        Json inputs,
        Json agents,
        Optional<String> key,
        RunStart start,
        Optional<TakeOver> takeOver) {
    public RunRequest {
        key.ifPresent(text -> IdempotenceKey.required("the run's key", text));
    }

    /** A run that starts now and does everything itself. */
    public RunRequest(Plan plan, Json source, Json inputs, Json agents, Optional<String> key) {
        this(plan, source, inputs, agents, key, RunStart.NOW, Optional.empty());
    }

    public RunRequest withKey(String newKey) {
        return new RunRequest(plan, source, inputs, agents, Optional.of(newKey), start, takeOver);
    }

    public RunRequest startingAt(RunStart when) {
        return new RunRequest(plan, source, inputs, agents, key, when, takeOver);
    }

    public RunRequest takingOver(TakeOver done) {
        return new RunRequest(plan, source, inputs, agents, key, start, Optional.of(done));
    }

    /** Equal for requests that are the same: the plan, the inputs and what is taken over, by meaning. */
    public String contentHash() {
        List<Object> content = new ArrayList<>(List.of(source, inputs));
        takeOver.ifPresent(done -> content.add(Json.object("of", done.runId(), "from", done.fromPhase())));
        return Json.array(content).sha256();
    }
}
