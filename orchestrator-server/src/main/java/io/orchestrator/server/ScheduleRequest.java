package io.orchestrator.server;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonPointer;
import io.orchestrator.json.StorableText;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.PlanFault;
import io.orchestrator.scheduler.ScheduleContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The body of {@code POST /schedule}: {@code {"plan": ..., "ctx": {...}}}.
 *
 * @param plan a phase, or a whole plan with {@code phases}; not looked at yet
 */
record ScheduleRequest(Json plan, ScheduleContext context) {
    private static final int LONGEST_KEY = 200;

    /**
     * Reads a request.
     *
     * @param key from the header, which wins over the run that {@code ctx} names
     * @throws InvalidPlanException with all faults of the body and of {@code ctx}
     */
    static ScheduleRequest read(Json body, Optional<String> key) {
        if (!body.isObject()) {
            throw new InvalidPlanException(
                    List.of(new PlanFault("", body.describe(), "an object with \"plan\" and \"ctx\"")));
        }
        List<PlanFault> faults = new ArrayList<>();
        if (body.get("plan").isEmpty()) {
            faults.add(
                    new PlanFault("", "no field \"plan\"", "a phase with \"phase\" and \"agents\", or a whole plan"));
        }
        body.fields().keySet().stream()
                .filter(name -> !name.equals("plan") && !name.equals("ctx"))
                .forEach(name -> faults.add(new PlanFault(
                        JsonPointer.ROOT.child(name).text(), "an unknown field", "one of \"plan\", \"ctx\"")));
        key.filter(text -> text.isBlank() || text.length() > LONGEST_KEY)
                .ifPresent(text -> faults.add(new PlanFault(
                        "Idempotency-Key", text.length() + " characters", "1 to " + LONGEST_KEY + " characters")));
        key.flatMap(text -> StorableText.faultOfName("it", text))
                .ifPresent(fault -> faults.add(new PlanFault("Idempotency-Key", fault, "a text that can be stored")));
        ScheduleContext context = context(body, faults);
        if (!faults.isEmpty()) {
            throw new InvalidPlanException(faults);
        }
        return new ScheduleRequest(
                body.get("plan").orElseThrow(), key.map(context::withKey).orElse(context));
    }

    private static ScheduleContext context(Json body, List<PlanFault> faults) {
        try {
            return body.get("ctx").map(ScheduleContext::read).orElse(ScheduleContext.NONE);
        } catch (InvalidPlanException e) {
            faults.addAll(e.faults());
            return ScheduleContext.NONE;
        }
    }
}
