package io.orchestrator.scheduler;

import io.orchestrator.json.Json;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.PlanFault;
import io.orchestrator.plan.PlanReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A plan as it will be stored, made of what the caller gave: a whole plan, or one phase that becomes a plan of its own,
 * with the context's limits laid over it. Faults are told where the caller wrote them, under {@code /plan} or
 * {@code /ctx}, not where they are in the document that was made of it.
 *
 * @param plan the plan as read
 * @param source its document
 */
record ScheduledPlan(Plan plan, Json source) {
    private static final String ONLY_PHASE = "/phases/0";

    /** @throws InvalidPlanException with all faults */
    static ScheduledPlan of(Json given, ScheduleContext context) {
        boolean isWhole = given.has("phases");
        Json limited = limited(given, isWhole, context);
        Json source = isWhole ? limited : planOf(limited);
        List<PlanFault> faults = contradictions(given, isWhole, context);
        try {
            Plan plan = PlanReader.read(source);
            if (faults.isEmpty()) {
                return new ScheduledPlan(plan, source);
            }
        } catch (InvalidPlanException e) {
            e.faults().forEach(fault -> asWritten(fault, isWhole, context).ifPresent(faults::add));
        }
        throw new InvalidPlanException(faults);
    }

    /** What the context says against the document that it comes with. */
    static List<PlanFault> contradictions(Json given, boolean isWhole, ScheduleContext context) {
        List<PlanFault> faults = new ArrayList<>();
        if (isWhole || context.runId().isEmpty() || context.phaseId().isEmpty()) {
            String expected = isWhole
                    ? "the limits in the plan, or as \"budgets\" and \"timebox\""
                    : "a \"run_id\" and a \"phase_id\" beside it";
            if (context.runBudgets().size() > 0) {
                faults.add(new PlanFault(
                        "/ctx/run_budgets", "budgets of a run that is not scheduled phase by phase", expected));
            }
            context.runTimebox()
                    .ifPresent(timebox -> faults.add(new PlanFault(
                            "/ctx/run_timebox",
                            "the timebox of a run that is not scheduled phase by phase",
                            expected)));
        }
        if (isWhole) {
            context.phase()
                    .ifPresent(name -> faults.add(new PlanFault(
                            "/ctx/phase", "the phase \"" + name + "\" beside a whole plan", "no \"phase\"")));
            if (context.rubrics().size() > 0) {
                faults.add(new PlanFault(
                        "/ctx/rubrics", "rubrics beside a whole plan", "rubrics in the phases they are meant for"));
            }
        } else {
            given.text("phase")
                    .ifPresent(name -> context.phase()
                            .filter(meant -> !meant.equals(name))
                            .ifPresent(meant -> faults.add(new PlanFault(
                                    "/ctx/phase", Json.of(meant).describe(), "the plan's phase \"" + name + "\""))));
        }
        return faults;
    }

    static Json limited(Json given, boolean isWhole, ScheduleContext context) {
        if (!given.isObject()) {
            return given;
        }
        Json budgeted = overlay(given, "budgets", context.budgets());
        Json result = isWhole ? budgeted : overlay(budgeted, "rubrics", context.rubrics());
        return context.timebox().map(timebox -> result.with("timebox", timebox)).orElse(result);
    }

    private static Json overlay(Json given, String field, Json over) {
        Optional<Json> own = given.get(field);
        boolean isToBeRefused = own.isPresent() && !own.get().isObject();
        return over.size() == 0 || isToBeRefused
                ? given
                : given.with(field, own.orElse(Json.EMPTY_OBJECT).overlaidBy(over));
    }

    /** The phase comes first: of what cannot be stored only the first is told, and it has to be what the caller wrote. */
    private static Json planOf(Json phase) {
        return Json.object("phases", List.of(phase), "name", phase.text("phase").orElse("phase"));
    }

    /** Empty for what the made-up parts of a plan of one phase get wrong: the phase itself has that fault too. */
    static Optional<PlanFault> asWritten(PlanFault fault, boolean isWhole, ScheduleContext context) {
        if (!isWhole && !fault.pointer().startsWith(ONLY_PHASE)) {
            return fault.pointer().isEmpty() ? Optional.of(fault) : Optional.empty();
        }
        String inGiven = isWhole ? fault.pointer() : fault.pointer().substring(ONLY_PHASE.length());
        String pointer = isOf(context, inGiven) ? "/ctx" + inGiven : "/plan" + inGiven;
        String found = isWhole ? fault.found() : fault.found().replace(ONLY_PHASE + '/', "/plan/");
        return Optional.of(new PlanFault(pointer, found, fault.expected()));
    }

    /** Whether what is at this place of the phase or plan was laid over it by the context. */
    private static boolean isOf(ScheduleContext context, String pointer) {
        String[] parts = pointer.split("/", -1);
        return switch (parts.length) {
            case 2 -> parts[1].equals("timebox") && context.timebox().isPresent();
            case 3 -> laidOver(context, parts[1]).has(parts[2]);
            default -> false;
        };
    }

    private static Json laidOver(ScheduleContext context, String field) {
        return switch (field) {
            case "budgets" -> context.budgets();
            case "rubrics" -> context.rubrics();
            default -> Json.EMPTY_OBJECT;
        };
    }
}
