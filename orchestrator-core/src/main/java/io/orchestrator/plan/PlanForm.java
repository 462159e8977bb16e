package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes records of a document that has passed every check. */
final class PlanForm {
    private PlanForm() {}

    static Plan plan(Json document) {
        RetryPolicy retry = document.get("retry")
                .map(own -> retry(own, RetryPolicy.DEFAULT))
                .orElse(RetryPolicy.DEFAULT);
        return new Plan(
                document.text("name").orElseThrow(),
                inputs(document),
                budgets(document),
                duration(document, "timebox"),
                document.text("priority").map(Priority::of).orElse(Priority.NORMAL),
                retry,
                phases(PlanRules.elements(document, "phases"), retry));
    }

    private static List<PhasePlan> phases(List<Json> documents, RetryPolicy planRetry) {
        boolean isGraph = documents.stream().anyMatch(phase -> phase.has("needs"));
        List<PhasePlan> result = new ArrayList<>();
        for (Json document : documents) {
            List<String> needs = isGraph || result.isEmpty()
                    ? PlanRules.elements(document, "needs").stream()
                            .map(Json::asText)
                            .toList()
                    : List.of(result.getLast().phase());
            result.add(phase(document, needs, planRetry));
        }
        return result;
    }

    private static PhasePlan phase(Json document, List<String> needs, RetryPolicy planRetry) {
        Map<String, BigDecimal> rubrics = new LinkedHashMap<>();
        document.get("rubrics")
                .ifPresent(all -> all.forEachField((name, limit) -> rubrics.put(name, limit.asDecimal())));
        StuckRules stuck = PolicyForm.stuck(document, StuckRules.OFF);
        return new PhasePlan(
                document.text("phase").orElseThrow(),
                parallelism(document),
                PlanRules.elements(document, "agents").stream()
                        .map(agent -> agent(agent, planRetry, stuck))
                        .toList(),
                inputs(document),
                budgets(document),
                duration(document, "timebox"),
                duration(document, "delay"),
                rubrics,
                PolicyForm.onRubricMiss(document),
                needs);
    }

    private static Parallelism parallelism(Json phase) {
        return phase.get("parallelism")
                .filter(Json::isNumber)
                .<Parallelism>map(limit -> new Parallelism.AtMost(whole(limit)))
                .orElseGet(Parallelism.Sequential::new);
    }

    private static AgentRef agent(Json written, RetryPolicy planRetry, StuckRules phaseStuck) {
        Json document = written.isText() ? Json.object("agent", written) : written;
        Optional<String> tool = document.text("tool");
        String target = tool.or(() -> document.text("agent")).orElseThrow();
        return new AgentRef(
                tool.isPresent() ? TaskType.TOOL : TaskType.AGENT,
                target,
                document.text("as").orElse(target),
                inputs(document),
                document.get("shard").map(PlanForm::shard),
                duration(document, "timebox"),
                document.get("retry").map(own -> retry(own, planRetry)),
                PolicyForm.fallback(document),
                PolicyForm.stuck(document, phaseStuck));
    }

    private static Shard shard(Json document) {
        return new Shard(
                document.text("over").orElseThrow(),
                document.get("size").map(PlanForm::whole).orElseThrow());
    }

    private static RetryPolicy retry(Json own, RetryPolicy otherwise) {
        return new RetryPolicy(
                duration(own, "base").orElse(otherwise.base()),
                duration(own, "max").orElse(otherwise.max()),
                own.get("maxAttempts").map(PlanForm::whole).orElse(otherwise.maxAttempts()),
                own.get("jitter").map(Json::asBoolean).orElse(otherwise.jitter()));
    }

    private static Json inputs(Json owner) {
        return owner.get("inputs").orElse(Json.EMPTY_OBJECT);
    }

    private static Budgets budgets(Json owner) {
        Json budgets = owner.get("budgets").orElse(Json.EMPTY_OBJECT);
        return new Budgets(
                budgets.get("tokens").map(tokens -> tokens.asDecimal().longValueExact()),
                budgets.get("tools_minutes").map(Json::asDecimal),
                budgets.get("usd").map(Json::asDecimal));
    }

    private static Optional<Duration> duration(Json owner, String field) {
        return owner.text(field).flatMap(IsoDuration::read);
    }

    /** A schema's whole number may be written as {@code 4.0}. */
    static int whole(Json number) {
        return number.asDecimal().intValueExact();
    }
}
