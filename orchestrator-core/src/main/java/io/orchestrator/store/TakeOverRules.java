package io.orchestrator.store;

import io.orchestrator.plan.PhasePlan;
import io.orchestrator.plan.Plan;
import io.orchestrator.plan.PlanCut;
import io.orchestrator.run.StageState;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What may be taken over from another run; the same for every store. Pure. */
public final class TakeOverRules {
    private TakeOverRules() {}

    /**
     * The phases to take over.
     *
     * @param states of the other run's phases, by name
     * @throws TakeOverRefused when there is no such phase, or one before it has not completed in the other run
     */
    public static List<String> phases(Plan plan, TakeOver done, Map<String, StageState> states) {
        List<String> all = plan.phases().stream().map(PhasePlan::phase).toList();
        if (!all.contains(done.fromPhase())) {
            throw new TakeOverRefused(
                    "the plan has no phase '" + done.fromPhase() + "'; it has " + String.join(", ", all));
        }
        List<String> before = PlanCut.before(plan, done.fromPhase());
        String missing = before.stream()
                .filter(name -> states.get(name) != StageState.COMPLETED)
                .map(name -> name + " ("
                        + (states.containsKey(name) ? states.get(name).wire() : "not there") + ")")
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new TakeOverRefused("run " + done.runId() + " has not completed what comes before " + done.fromPhase()
                    + ": " + missing + ". Choose an earlier phase, or continue that run with: orchestrator retry "
                    + done.runId());
        }
        return before;
    }

    /**
     * What was to be taken over is gone, or about to go.
     *
     * @param gone the run itself, or one whose work it has taken over
     */
    public static TakeOverRefused deleted(String runId, String gone) {
        return new TakeOverRefused(
                runId.equals(gone)
                        ? "run " + runId + " is being deleted; nothing can be taken over from it any more"
                        : DeletionWords.workIsGone(runId, gone));
    }

    public static TakeOverRefused noSuchRun(String runId) {
        return new TakeOverRefused(
                "there is no run '" + runId + "' to take over from; 'orchestrator status' lists the newest");
    }
}
