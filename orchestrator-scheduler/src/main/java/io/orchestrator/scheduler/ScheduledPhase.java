package io.orchestrator.scheduler;

import io.orchestrator.json.Json;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.PlanFault;
import io.orchestrator.store.PhaseAddition;
import java.util.List;
import java.util.Optional;

/** A phase that is one of several of a run, which its caller schedules one by one. */
final class ScheduledPhase {
    private ScheduledPhase() {}

    static boolean isOne(Json given, ScheduleContext context) {
        return given.isObject()
                && !given.has("phases")
                && context.runId().isPresent()
                && context.phaseId().isPresent();
    }

    /**
     * With the context's inputs and limits laid over it.
     *
     * @throws InvalidPlanException when the context contradicts it
     */
    static PhaseAddition of(Json given, ScheduleContext context) {
        List<PlanFault> faults = ScheduledPlan.contradictions(given, false, context);
        if (!faults.isEmpty()) {
            throw new InvalidPlanException(faults);
        }
        return new PhaseAddition(
                context.runId().orElseThrow(),
                context.phaseId().orElseThrow(),
                withInputs(ScheduledPlan.limited(given, false, context), context.inputs()),
                context.runBudgets(),
                context.runTimebox());
    }

    private static Json withInputs(Json phase, Json inputs) {
        Json own = phase.get("inputs").orElse(Json.EMPTY_OBJECT);
        return inputs.size() == 0 || !own.isObject() ? phase : phase.with("inputs", own.overlaidBy(inputs));
    }

    /** The same faults where the caller wrote what is wrong. */
    static InvalidPlanException asWritten(InvalidPlanException refusal, ScheduleContext context) {
        return new InvalidPlanException(refusal.faults().stream()
                .flatMap(fault -> ofTheRun(fault).or(() -> ScheduledPlan.asWritten(fault, false, context)).stream())
                .toList());
    }

    private static Optional<PlanFault> ofTheRun(PlanFault fault) {
        String at = fault.pointer();
        if (at.equals("/name")) {
            return Optional.of(new PlanFault("/ctx/run_id", fault.found(), fault.expected()));
        }
        return at.startsWith("/budgets") || at.startsWith("/timebox")
                ? Optional.of(new PlanFault("/ctx/run_" + at.substring(1), fault.found(), fault.expected()))
                : Optional.empty();
    }
}
