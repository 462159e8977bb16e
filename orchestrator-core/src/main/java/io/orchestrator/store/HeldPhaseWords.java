package io.orchestrator.store;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.HeldPhases.Refused;
import java.util.Collection;
import java.util.Optional;

/** What both stores write down and say about decisions on held phases. */
public final class HeldPhaseWords {
    private HeldPhaseWords() {}

    /** What is kept with the phase, and what the event {@code phase.decided} tells. */
    public static Json document(HeldPhases.Request request, int round) {
        return Json.builder()
                .put("phase", request.phase())
                .put("decision", request.decision().wire())
                .put("by", request.by())
                .put("reason", request.reason().isPresent() ? request.reason().get() : null)
                .put("round", round)
                .build();
    }

    /** Why a phase has failed that a person has failed. */
    public static String failure(HeldPhases.Request request, String missed) {
        return missed + "; failed by " + request.by()
                + request.reason().map(why -> ": " + why).orElse("");
    }

    public static Refused noSuchRun(String runId) {
        return Refused.unknown("there is no run " + runId + "; 'orchestrator status' lists the newest");
    }

    public static Refused noSuchPhase(HeldPhases.Request request, Collection<String> phases) {
        return Refused.unknown("run " + request.runId() + " has no phase '" + request.phase() + "'; its phases are "
                + String.join(", ", phases));
    }

    /**
     * Why there is nothing to decide.
     *
     * @param ending what the phase or its run is about to end as, where that is decided
     * @param before what was decided about the phase last, as {@link #document} gives it
     */
    public static Refused notHeld(
            HeldPhases.Request request, StageState state, Optional<StageState> ending, Optional<Json> before) {
        String now = state == StageState.HOLDING
                ? "is about to end as " + ending.map(StageState::wire).orElse("decided")
                : "is " + state.wire();
        return Refused.notHeld("phase " + request.phase() + " of run " + request.runId()
                + " does not wait for a decision, it " + now
                + before.map(HeldPhaseWords::told).orElse(""));
    }

    private static String told(Json decision) {
        return ": " + decision.text("by").orElse("somebody") + " has decided to "
                + decision.text("decision").orElse("go on") + " before";
    }
}
