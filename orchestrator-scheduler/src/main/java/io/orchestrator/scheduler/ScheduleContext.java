package io.orchestrator.scheduler;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonPointer;
import io.orchestrator.json.UnstorableValue;
import io.orchestrator.plan.InvalidPlanException;
import io.orchestrator.plan.PlanFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a plan or phase is scheduled with. Immutable.
 *
 * @param runId the caller's name for the run, its idempotence key
 * @param phaseId the caller's name for the phase: beside a single phase it makes that one a phase of the run of
 *     {@code runId}, so that the phases of a run can be scheduled one by one
 * @param phase the name of the phase that the caller means; has to be that of the plan
 * @param inputs laid over the plan's inputs, an object
 * @param budgets laid over the phase's (or the plan's) budgets, field by field, an object
 * @param rubrics laid over the phase's rubrics, field by field, an object
 * @param timebox replaces the phase's (or the plan's), in ISO 8601
 * @param runBudgets of the run as a whole, where its phases are scheduled one by one, an object; the first one says it
 * @param runTimebox of the run as a whole, in ISO 8601, counted from its start; the first one says it
 */
public record ScheduleContext(
        Optional<String> runId,
        Optional<String> phaseId,
        Optional<String> phase,
        Json inputs,
        Json budgets,
        Json rubrics,
        Optional<String> timebox,
        Json runBudgets,
        Optional<String> runTimebox) {
    /** Nothing that the plan does not say itself. */
    public static final ScheduleContext NONE = new ScheduleContext(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Json.EMPTY_OBJECT,
            Json.EMPTY_OBJECT,
            Json.EMPTY_OBJECT,
            Optional.empty(),
            Json.EMPTY_OBJECT,
            Optional.empty());

    private static final List<String> TEXTS = List.of("run_id", "phase_id", "phase", "timebox", "run_timebox");
    private static final List<String> OBJECTS = List.of("inputs", "budgets", "rubrics", "run_budgets");
    private static final JsonPointer AT = JsonPointer.ROOT.child("ctx");
    private static final int LONGEST = 200;

    /**
     * Reads {@code {"run_id", "phase_id", "phase", "inputs", "budgets", "rubrics", "timebox", "run_budgets", "run_timebox"}},
     * each optional.
     *
     * @throws InvalidPlanException with all faults, whose pointers begin with {@code /ctx}
     */
    public static ScheduleContext read(Json ctx) {
        List<PlanFault> faults = faults(ctx);
        if (!faults.isEmpty()) {
            throw new InvalidPlanException(faults);
        }
        return new ScheduleContext(
                ctx.text("run_id"),
                ctx.text("phase_id"),
                ctx.text("phase"),
                ctx.get("inputs").orElse(Json.EMPTY_OBJECT),
                ctx.get("budgets").orElse(Json.EMPTY_OBJECT),
                ctx.get("rubrics").orElse(Json.EMPTY_OBJECT),
                ctx.text("timebox"),
                ctx.get("run_budgets").orElse(Json.EMPTY_OBJECT),
                ctx.text("run_timebox"));
    }

    /** The same with this idempotence key in place of the one that run and phase make. */
    public ScheduleContext withKey(String key) {
        return new ScheduleContext(
                Optional.of(key), Optional.empty(), phase, inputs, budgets, rubrics, timebox, runBudgets, runTimebox);
    }

    /** Under which a repeated request finds the run of the first one; empty where the caller names no run. */
    public Optional<String> key() {
        return runId.map(run -> phaseId.map(id -> run + '/' + id).orElse(run));
    }

    private static List<PlanFault> faults(Json ctx) {
        if (!ctx.isObject()) {
            return List.of(new PlanFault(AT.text(), ctx.describe(), "an object with \"run_id\" and \"inputs\""));
        }
        List<PlanFault> faults = new ArrayList<>();
        ctx.forEachField((name, value) -> {
            String at = AT.child(name).text();
            if (TEXTS.contains(name)) {
                if (!value.isNull() && !isName(value)) {
                    faults.add(new PlanFault(
                            at, value.describe(), "a text of 1 to " + LONGEST + " characters on one line"));
                }
            } else if (OBJECTS.contains(name)) {
                if (!value.isNull() && !value.isObject()) {
                    faults.add(new PlanFault(at, value.describe(), "an object"));
                }
            } else {
                faults.add(new PlanFault(at, "an unknown field", "one of " + known()));
            }
        });
        if (faults.isEmpty()) {
            UnstorableValue.first(ctx)
                    .ifPresent(value -> faults.add(
                            new PlanFault(AT.text() + value.pointer(), value.found(), "a value that can be stored")));
        }
        return faults;
    }

    private static boolean isName(Json value) {
        return value.isText()
                && !value.asText().isBlank()
                && value.asText().length() <= LONGEST
                && value.asText().chars().noneMatch(Character::isISOControl);
    }

    private static String known() {
        List<String> names = new ArrayList<>(TEXTS);
        names.addAll(OBJECTS);
        return '"' + String.join("\", \"", names) + '"';
    }
}
