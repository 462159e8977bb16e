package io.orchestrator.examples;

import io.orchestrator.agent.Agent;
import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The guide's "Checkpoint/Resume Example": four phases of work, of which the last one fails the first time. */
final class LongRunningAgent implements Agent {
    /** Which phases were done, in order. */
    final List<String> done = new CopyOnWriteArrayList<>();

    @Override
    public Json execute(AgentContext context) {
        // Check if resuming
        String checkpoint = context.resume().map(Checkpoint::token).orElse("");
        Json saved = context.resume().map(Checkpoint::data).orElse(Json.EMPTY_OBJECT);
        if (checkpoint.equals("phase-2-complete")) {
            return resumeFromPhase2(context, saved);
        }
        if (checkpoint.equals("phase-3-complete")) {
            return resumeFromPhase3(context, saved);
        }
        // Phase 1: Data collection
        Json data = work("collectData");
        context.checkpoint("phase-1-complete", Json.object("data", data));
        // Phase 2: Analysis
        Json analysis = work("analyzeData");
        Json both = Json.object("data", data, "analysis", analysis);
        context.checkpoint("phase-2-complete", both);
        return resumeFromPhase2(context, both);
    }

    private Json resumeFromPhase2(AgentContext context, Json checkpointData) {
        // Phase 3: Synthesis
        Json all = checkpointData.with("synthesis", work("synthesize"));
        context.checkpoint("phase-3-complete", all);
        return resumeFromPhase3(context, all);
    }

    private Json resumeFromPhase3(AgentContext context, Json checkpointData) {
        if (context.task().attempt() == 1) {
            throw AgentFailure.retryable("a crash in the middle of phase 4");
        }
        // Phase 4: Final report
        return Json.object("report", checkpointData.get("synthesis").orElseThrow(), "by", work("generateReport"));
    }

    private Json work(String phase) {
        done.add(phase);
        return Json.of(phase);
    }
}
