package io.orchestrator.plan;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonPointer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules for a plan that a schema cannot say: names are unique, durations are within bounds and fit each other,
 * {@code needs} leads somewhere and not in a circle.
 *
 * <p>They look at the document rather than at a {@link Plan}, and pass over what is not of the right shape, so that one
 * reading shows the faults of both layers.
 */
final class PlanRules {
    private PlanRules() {}

    static void check(Json plan, Faults faults) {
        duration(plan, "timebox", JsonPointer.ROOT, faults);
        retry(plan, Json.EMPTY_OBJECT, JsonPointer.ROOT, faults);
        Json planRetry = plan.get("retry").orElse(Json.EMPTY_OBJECT);
        List<Json> phases = elements(plan, "phases");
        JsonPointer at = JsonPointer.ROOT.child("phases");
        Map<String, JsonPointer> names = new HashMap<>();
        for (int i = 0; i < phases.size(); i++) {
            Json phase = phases.get(i);
            JsonPointer phaseAt = at.child(i);
            unique(
                    phase.text("phase"),
                    phaseAt.child("phase"),
                    names,
                    "another name: a phase's is unique in the plan",
                    faults);
            duration(phase, "timebox", phaseAt, faults);
            duration(phase, "delay", phaseAt, faults);
            PolicyRules.phase(phase, phaseAt, faults);
            agents(elements(phase, "agents"), phaseAt.child("agents"), planRetry, faults);
        }
        NeedsRules.check(phases, at, faults);
    }

    static List<Json> elements(Json object, String field) {
        return object.get(field).map(Json::elements).orElse(List.of());
    }

    private static void agents(List<Json> agents, JsonPointer at, Json planRetry, Faults faults) {
        Map<String, JsonPointer> names = new HashMap<>();
        for (int i = 0; i < agents.size(); i++) {
            Json agent = agents.get(i);
            JsonPointer agentAt = at.child(i);
            unique(nameOf(agent), agentAt, names, "another name for its output: give it one with \"as\"", faults);
            duration(agent, "timebox", agentAt, faults);
            retry(agent, planRetry, agentAt, faults);
            PolicyRules.agent(agent, agentAt, faults);
        }
    }

    private static Optional<String> nameOf(Json agent) {
        return agent.isText()
                ? Optional.of(agent.asText())
                : agent.text("as").or(() -> agent.text("agent")).or(() -> agent.text("tool"));
    }

    private static void unique(
            Optional<String> name, JsonPointer at, Map<String, JsonPointer> names, String expected, Faults faults) {
        name.ifPresent(word -> {
            JsonPointer first = names.putIfAbsent(word, at);
            if (first != null) {
                faults.add(at, "the name \"" + word + "\" for the second time (first at " + first + ")", expected);
            }
        });
    }

    static Optional<Duration> duration(Json object, String field, JsonPointer at, Faults faults) {
        Optional<Json> value = object.get(field).filter(Json::isText);
        var duration = value.flatMap(text -> IsoDuration.read(text.asText()));
        if (value.isPresent() && duration.isEmpty()) {
            faults.add(at.child(field), value.get().describe(), IsoDuration.EXPECTED);
        }
        return duration;
    }

    private static void retry(Json owner, Json inherited, JsonPointer at, Faults faults) {
        Optional<Json> retry = owner.get("retry").filter(Json::isObject);
        if (retry.isEmpty()) {
            return;
        }
        JsonPointer retryAt = at.child("retry");
        var ownBase = duration(retry.get(), "base", retryAt, faults);
        var ownMax = duration(retry.get(), "max", retryAt, faults);
        var base = ownBase.or(() -> inherited.text("base").flatMap(IsoDuration::read))
                .orElse(RetryPolicy.DEFAULT.base());
        var max = ownMax.or(() -> inherited.text("max").flatMap(IsoDuration::read))
                .orElse(RetryPolicy.DEFAULT.max());
        if (base.compareTo(max) > 0) {
            faults.add(
                    retryAt,
                    "the base " + base + origin(ownBase) + " above the max " + max + origin(ownMax),
                    "a \"max\" that is not shorter than \"base\"");
        }
    }

    private static String origin(Optional<Duration> own) {
        return own.isPresent() ? "" : " (which holds where nothing is said)";
    }
}
